# Installs the Qt client into an empty folder and builds the example against what is there, as an application would.
# cmake -DBUILD=... -DEXAMPLE=... -DWORK=... -DLAUNCHER=... -P qt_client_package_test.cmake
file(REMOVE_RECURSE "${WORK}")
execute_process(COMMAND "${CMAKE_COMMAND}" --install "${BUILD}" --component signalr-client --prefix "${WORK}/prefix"
    COMMAND_ERROR_IS_FATAL ANY)
execute_process(COMMAND "${CMAKE_COMMAND}" -S "${EXAMPLE}" -B "${WORK}/build" -G Ninja "-DCMAKE_PREFIX_PATH=${WORK}/prefix"
    "-DCMAKE_CXX_COMPILER_LAUNCHER=${LAUNCHER}" "-DCMAKE_CXX_FLAGS=${FLAGS}" COMMAND_ERROR_IS_FATAL ANY)
execute_process(COMMAND "${CMAKE_COMMAND}" --build "${WORK}/build" COMMAND_ERROR_IS_FATAL ANY)
# It runs: without arguments it tells how to use it.
execute_process(COMMAND "${WORK}/build/hudhud-phone" RESULT_VARIABLE result ERROR_VARIABLE output)
if(NOT result EQUAL 2 OR NOT output MATCHES "usage: ")
    message(FATAL_ERROR "The installed client does not run: ${result} ${output}")
endif()
file(REMOVE_RECURSE "${WORK}")
