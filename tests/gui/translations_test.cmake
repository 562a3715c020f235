# SPDX-License-Identifier: GPL-3.0-or-later
# Fails when a text of the console is not translated, or a translation belongs to no text any more.
# cmake -DLUPDATE=... -DSOURCE=... -DWORK=... -P translations_test.cmake
file(MAKE_DIRECTORY "${WORK}")
foreach(language ar en)
    set(copy "${WORK}/hudhud-admin_${language}.ts")
    file(COPY "${SOURCE}/translations/hudhud-admin_${language}.ts" DESTINATION "${WORK}")
    set(only)
    if(language STREQUAL en)
        set(only -pluralonly) # The source is English.
    endif()
    execute_process(COMMAND "${LUPDATE}" "${SOURCE}/admin-gui" -locations none -no-obsolete ${only} -ts "${copy}"
        OUTPUT_VARIABLE output ERROR_VARIABLE output RESULT_VARIABLE result)
    if(NOT result EQUAL 0)
        message(FATAL_ERROR "lupdate failed: ${output}")
    endif()
    file(READ "${copy}" updated)
    file(READ "${SOURCE}/translations/hudhud-admin_${language}.ts" stored)
    string(REGEX MATCHALL "<source>[^<]*</source>[^<]*(<comment>[^<]*</comment>[^<]*)?<translation type=\"unfinished\"" missing "${updated}")
    if(missing)
        message(FATAL_ERROR "Not translated in ${language}: ${missing}")
    endif()
    if(NOT updated STREQUAL stored)
        message(FATAL_ERROR "hudhud-admin_${language}.ts has texts that the sources do not have, or the other way round: "
            "cmake --build build/release --target update-translations")
    endif()
endforeach()
