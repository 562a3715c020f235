// SPDX-License-Identifier: GPL-3.0-or-later
#include "server_process.h"

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <random>
#include <sstream>
#include <thread>

extern char **environ;

namespace hudhud::test {

namespace {

std::string randomHex(int digits)
{
    std::random_device random;
    std::string text;
    for (int i = 0; i < digits; ++i)
        text.push_back("0123456789abcdef"[random() % 16]);
    return text;
}

/// The word that begins with `prefix`, or nothing.
std::string wordWith(const std::string &text, const std::string &prefix)
{
    const std::size_t begin = text.find(prefix);
    return begin == std::string::npos ? std::string()
                                      : text.substr(begin, text.find_first_of(" \r\n", begin) - begin);
}

} // namespace

std::string readFile(const std::string &path)
{
    std::ostringstream text;
    text << std::ifstream(path).rdbuf();
    return text.str();
}

ServerProcess::ServerProcess(std::string binary, std::string extraConfiguration)
    : m_binary(std::move(binary))
    , m_extraConfiguration(std::move(extraConfiguration))
    , m_secret(randomHex(64))
{
    std::string directory = (std::filesystem::temp_directory_path() / "hudhud-crash-XXXXXX").string();
    m_directory = mkdtemp(directory.data());
    m_configuration = m_directory + "/hudhud.toml";
    writeConfiguration();
}

ServerProcess::~ServerProcess()
{
    if (m_process > 0)
        stop(SIGKILL);
    if (!m_keepsFiles) {
        std::error_code ignored;
        std::filesystem::remove_all(m_directory, ignored);
    }
}

void ServerProcess::writeConfiguration()
{
    std::ofstream file(m_configuration);
    file << "[node]\nid = \"crash-1\"\ndata_dir = \"" << m_directory << "\"\nio_threads = 2\n"
         << "[endpoints.public]\nlisten = \"" << m_listen << "\"\n"
         << "[endpoints.admin]\nlisten = \"127.0.0.1:0\"\n"
         << "[storage.sqlite]\npath = \"" << m_directory << "/hudhud.sqlite\"\n"
         << "[security.jwt]\nalgorithm = \"HS256\"\nsecret = \"" << m_secret << "\"\n"
         << m_extraConfiguration;
}

pid_t ServerProcess::spawn(const std::vector<std::string> &arguments, const std::string &logFile) const
{
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, logFile.c_str(), O_WRONLY | O_CREAT | O_TRUNC,
                                     0600);
    posix_spawn_file_actions_adddup2(&actions, STDOUT_FILENO, STDERR_FILENO);
    std::vector<std::string> owned{m_binary};
    owned.insert(owned.end(), arguments.begin(), arguments.end());
    owned.insert(owned.end(), {"--config", m_configuration});
    std::vector<char *> pointers;
    for (std::string &argument : owned)
        pointers.push_back(argument.data());
    pointers.push_back(nullptr);
    pid_t process = -1;
    const int error = posix_spawn(&process, m_binary.c_str(), &actions, nullptr, pointers.data(), environ);
    posix_spawn_file_actions_destroy(&actions);
    return error == 0 ? process : -1;
}

std::expected<std::string, std::string> ServerProcess::command(const std::vector<std::string> &arguments,
                                                               const std::string &prefix) const
{
    const std::string log = m_directory + "/command.log";
    const pid_t process = spawn(arguments, log);
    int status = 0;
    if (process < 0 || waitpid(process, &status, 0) != process)
        return std::unexpected("cannot run " + m_binary);
    const std::string output = readFile(log);
    std::string word = wordWith(output, prefix);
    if (status != 0 || word.empty())
        return std::unexpected(arguments.front() + ": " + output);
    return word;
}

std::expected<std::string, std::string> ServerProcess::createApiKey() const
{
    return command({"apikey", "create", "--name", "crash", "--scopes", "send,read"}, "hk_");
}

std::expected<std::string, std::string> ServerProcess::createToken(const std::string &number,
                                                                   const std::string &role) const
{
    return command({"token", "--claim", "mobile_number=" + number, "--role", role, "--ttl", "1h"}, "eyJ");
}

std::expected<void, std::string> ServerProcess::start(std::chrono::milliseconds limit)
{
    const std::string log = m_directory + "/server-" + std::to_string(++m_starts) + ".log";
    m_process = spawn({}, log);
    const auto end = std::chrono::steady_clock::now() + limit;
    while (m_process > 0 && std::chrono::steady_clock::now() < end) {
        const std::string output = readFile(log);
        const std::size_t ready = output.find("hudhud-server ready ");
        if (ready != std::string::npos && output.find('\n', ready) != std::string::npos) {
            m_url = wordWith(output.substr(ready), "http://");
            m_listen = m_url.substr(std::string("http://").size());
            writeConfiguration();
            return {};
        }
        int status = 0;
        if (waitpid(m_process, &status, WNOHANG) == m_process) {
            m_process = -1;
            break;
        }
        std::this_thread::sleep_for(std::chrono::milliseconds(2));
    }
    return std::unexpected("the server is not ready:\n" + readFile(log));
}

int ServerProcess::stop(int signal)
{
    if (m_process <= 0) // To kill, -1 means every process there is.
        return 0;
    int status = 0;
    kill(m_process, signal);
    waitpid(m_process, &status, 0);
    m_process = -1;
    return status;
}

} // namespace hudhud::test
