# What a job's members run is carried in the library, so that a job's scripts are always those of its type.
#
# berth_embed_scripts(target ray_scripts.hpp kRayScripts): all of scripts/ but its tests, and those that job
# types share, as C++ text for `target`. With a folder as last argument: all of that folder alone. The file is
# also the script that writes that header.
if(CMAKE_SCRIPT_MODE_FILE)
  string(REPLACE "," ";" scripts "${SCRIPTS}")
  set(rows "")
  foreach(script IN LISTS scripts)
    cmake_path(GET script FILENAME name)
    file(READ ${script} content)
    string(APPEND rows "    {\"${name}\", R\"script(${content})script\"},\n")
  endforeach()
  file(WRITE ${OUTPUT} "// Made from scripts/ when this is built.
#pragma once

#include <string_view>
#include <utility>

namespace berth {

inline constexpr std::pair<std::string_view, std::string_view> ${VARIABLE}[] = {
${rows}};

}  // namespace berth
")
  return()
endif()

set(berth_embed_scripts_file ${CMAKE_CURRENT_LIST_FILE})
function(berth_embed_scripts target header variable)
  cmake_path(GET berth_embed_scripts_file PARENT_PATH shared)
  if(ARGC GREATER 3)
    file(GLOB scripts CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/${ARGV3}/*.py)
  else()
    file(GLOB scripts CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/scripts/*.py ${shared}/scripts/*.py)
  endif()
  list(FILTER scripts EXCLUDE REGEX "/test_[^/]*$")
  list(JOIN scripts "," joined)
  set(generated ${CMAKE_CURRENT_BINARY_DIR}/generated)
  add_custom_command(OUTPUT ${generated}/${header}
    COMMAND ${CMAKE_COMMAND} -DOUTPUT=${generated}/${header} -DVARIABLE=${variable} -DSCRIPTS=${joined}
      -P ${berth_embed_scripts_file}
    DEPENDS ${scripts} ${berth_embed_scripts_file} VERBATIM)
  target_sources(${target} PRIVATE ${generated}/${header})
  target_include_directories(${target} PRIVATE ${generated})
endfunction()
