# cmake -DOUTPUT=ray_scripts.hpp -DSCRIPTS=a.py,b.py -P embed_scripts.cmake: the scripts as C++ text.
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

inline constexpr std::pair<std::string_view, std::string_view> kRayScripts[] = {
${rows}};

}  // namespace berth
")
