# Build settings shared by every target, and the two helpers that declare plugins and tests.

set(CMAKE_CXX_STANDARD 23)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
set(CMAKE_AUTOMOC ON)
set(CMAKE_AUTORCC ON)

set(CMAKE_RUNTIME_OUTPUT_DIRECTORY "${CMAKE_BINARY_DIR}/bin")
set(CMAKE_LIBRARY_OUTPUT_DIRECTORY "${CMAKE_BINARY_DIR}/lib")
set(HUDHUD_PLUGIN_DIR "${CMAKE_BINARY_DIR}/lib/hudhud/plugins")

option(HUDHUD_WERROR "Treat warnings as errors (CI does)" OFF)
set(HUDHUD_SANITIZERS "" CACHE STRING "Comma-separated list for -fsanitize")

add_compile_options(-Wall -Wextra -Wpedantic -Wshadow -Wnon-virtual-dtor -Woverloaded-virtual)
if(HUDHUD_WERROR)
    add_compile_options(-Werror)
endif()
if(HUDHUD_SANITIZERS)
    add_compile_options(-fsanitize=${HUDHUD_SANITIZERS} -fno-omit-frame-pointer)
    add_link_options(-fsanitize=${HUDHUD_SANITIZERS})
    # GCC documents false positives of this one in instrumented code; the release build keeps it.
    add_compile_options(-Wno-maybe-uninitialized)
endif()
# Clang's libFuzzer, which GCC does not have. Clang 16 knows enough of concepts for the library's std::expected, but does
# not say so.
option(HUDHUD_FUZZ "Build tests/fuzz instead of the tests; needs Clang" OFF)
if(HUDHUD_FUZZ)
    add_compile_options(-fsanitize=fuzzer-no-link -D__cpp_concepts=202002L -Wno-macro-redefined)
endif()
add_compile_definitions(
    QT_NO_CAST_TO_ASCII
    QT_NO_CAST_FROM_BYTEARRAY
    QT_NO_KEYWORDS
    QT_NO_FOREACH
    QT_NO_URL_CAST_FROM_STRING)

find_program(CCACHE_PROGRAM ccache)
if(CCACHE_PROGRAM)
    set(CMAKE_CXX_COMPILER_LAUNCHER "${CCACHE_PROGRAM}")
    set(CMAKE_C_COMPILER_LAUNCHER "${CCACHE_PROGRAM}")
endif()
find_program(MOLD_PROGRAM mold)
if(MOLD_PROGRAM)
    add_link_options(-fuse-ld=mold)
endif()

# hudhud_add_plugin(<kind> <name> SOURCES ... [LIBRARIES ...])
# One shared library under lib/hudhud/plugins; metadata.json stands beside the sources.
function(hudhud_add_plugin kind name)
    cmake_parse_arguments(ARG "" "" "SOURCES;LIBRARIES" ${ARGN})
    set(target "hudhud-${kind}-${name}")
    add_library(${target} MODULE ${ARG_SOURCES})
    target_include_directories(${target} PRIVATE "${CMAKE_CURRENT_SOURCE_DIR}")
    target_link_libraries(${target} PRIVATE hudhud_plugin_api ${ARG_LIBRARIES})
    set_target_properties(${target} PROPERTIES
        PREFIX ""
        LIBRARY_OUTPUT_DIRECTORY "${HUDHUD_PLUGIN_DIR}"
        CXX_VISIBILITY_PRESET hidden
        INSTALL_RPATH "") # The server that loads it has loaded the core.
    # Where the server looks: beside the folder of its program, whatever the system calls that of libraries.
    install(TARGETS ${target} LIBRARY DESTINATION lib/hudhud/plugins COMPONENT server)
endfunction()

# One call of moc for each file that includes the "name.moc" of its own class. AUTOMOC would also scan all files, ask the
# compiler for its macros and compile a file for the classes of headers; it stays for targets that have such classes.
function(hudhud_moc_own_classes target)
    foreach(source ${ARGN})
        get_filename_component(path "${source}" ABSOLUTE)
        get_filename_component(base "${source}" NAME_WE)
        if(source MATCHES "\\.h$")
            file(STRINGS "${path}" classes REGEX "Q_OBJECT" LIMIT_COUNT 1)
            if(classes)
                return()
            endif()
        else()
            file(STRINGS "${path}" includes REGEX "#include \"${base}\\.moc\"" LIMIT_COUNT 1)
            if(includes)
                list(APPEND own_classes "${path}")
            endif()
        endif()
    endforeach()
    set_target_properties(${target} PROPERTIES AUTOMOC OFF AUTORCC OFF)
    # Of each target its own, because some share a source.
    set(folder "${CMAKE_CURRENT_BINARY_DIR}/${target}_moc")
    target_include_directories(${target} PRIVATE "${folder}")
    foreach(path ${own_classes})
        get_filename_component(base "${path}" NAME_WE)
        set(moc "${folder}/${base}.moc")
        qt_generate_moc("${path}" "${moc}" TARGET ${target})
        target_sources(${target} PRIVATE "${moc}")
    endforeach()
endfunction()

# hudhud_add_test(<name> SOURCES ... [LIBRARIES ...] [LABELS unit|conformance|integration] [TIMEOUT seconds])
function(hudhud_add_test name)
    cmake_parse_arguments(ARG "" "TIMEOUT" "SOURCES;LIBRARIES;LABELS" ${ARGN})
    if(NOT ARG_TIMEOUT)
        set(ARG_TIMEOUT 120)
    endif()
    if(NOT ARG_LABELS)
        set(ARG_LABELS unit)
    endif()
    add_executable(${name} ${ARG_SOURCES})
    target_link_libraries(${name} PRIVATE Qt6::Test ${ARG_LIBRARIES})
    target_compile_definitions(${name} PRIVATE
        HUDHUD_SOURCE_DIR="${CMAKE_SOURCE_DIR}"
        HUDHUD_BINARY_DIR="${CMAKE_BINARY_DIR}"
        HUDHUD_PLUGIN_DIR="${HUDHUD_PLUGIN_DIR}")
    set_target_properties(${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY "${CMAKE_BINARY_DIR}/tests")
    hudhud_moc_own_classes(${name} ${ARG_SOURCES})
    add_test(NAME ${name} COMMAND ${name})
    set_tests_properties(${name} PROPERTIES TIMEOUT ${ARG_TIMEOUT} LABELS "${ARG_LABELS}"
        ENVIRONMENT "QT_QPA_PLATFORM=offscreen")
endfunction()
