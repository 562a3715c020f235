// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <sys/types.h>

#include <chrono>
#include <expected>
#include <string>
#include <vector>

namespace hudhud::test {

/// The real server binary in a temporary directory of its own, with a random secret. The first start takes a
/// free port, later ones the same, so that clients find it again.
class ServerProcess
{
public:
    /// `extraConfiguration`: more TOML, behind what every server gets.
    explicit ServerProcess(std::string binary, std::string extraConfiguration = {});
    /// Kills the server; removes the directory unless `keepFiles` was called.
    ~ServerProcess();
    ServerProcess(const ServerProcess &) = delete;
    ServerProcess &operator=(const ServerProcess &) = delete;

    /// Runs `apikey create` and gives the key. Errors: what the command printed.
    std::expected<std::string, std::string> createApiKey() const;
    /// Runs `token` and gives a token of the number with the role, valid for an hour. Errors: as above.
    std::expected<std::string, std::string> createToken(const std::string &number,
                                                        const std::string &role) const;
    /// Starts it and waits for the line that says ready. Errors: what it printed so far.
    std::expected<void, std::string> start(std::chrono::milliseconds limit);
    /// Sends `signal` and waits for the end. Result: the status as waitpid gives it; 0 when it does not run.
    int stop(int signal);
    void keepFiles() { m_keepsFiles = true; }

    const std::string &url() const { return m_url; }
    const std::string &secret() const { return m_secret; }
    const std::string &directory() const { return m_directory; }
    pid_t processId() const { return m_process; }

private:
    void writeConfiguration();
    /// Runs a command of the binary and gives the word of its output that begins with `prefix`.
    std::expected<std::string, std::string> command(const std::vector<std::string> &arguments,
                                                    const std::string &prefix) const;
    /// Starts the binary with its output in `logFile`.
    pid_t spawn(const std::vector<std::string> &arguments, const std::string &logFile) const;

    std::string m_binary;
    std::string m_extraConfiguration;
    std::string m_directory;
    std::string m_configuration;
    std::string m_secret;
    std::string m_url;
    std::string m_listen = "127.0.0.1:0";
    pid_t m_process = -1;
    int m_starts = 0;
    bool m_keepsFiles = false;
};

/// The whole file, or nothing when it cannot be read.
std::string readFile(const std::string &path);

} // namespace hudhud::test
