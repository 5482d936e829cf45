# berth_add_plugin(team_sku SOURCES team_sku.cpp [LINKS ...]): the library team_sku.so, which exports
# its entry and nothing else. The version script matters: without it inline variables of header-only
# libraries are shared between plugins that were built with different versions of them.
function(berth_add_plugin name)
  cmake_parse_arguments(arg "" "" "SOURCES;LINKS" ${ARGN})
  if(NOT arg_SOURCES)
    message(FATAL_ERROR "berth_add_plugin(${name}): SOURCES is missing")
  endif()
  add_library(${name} MODULE ${arg_SOURCES})
  target_link_libraries(${name} PRIVATE Berth::sdk ${arg_LINKS})
  set_target_properties(${name} PROPERTIES PREFIX "" CXX_STANDARD 20 CXX_STANDARD_REQUIRED ON
    POSITION_INDEPENDENT_CODE ON C_VISIBILITY_PRESET hidden CXX_VISIBILITY_PRESET hidden
    VISIBILITY_INLINES_HIDDEN ON LINK_DEPENDS ${BERTH_VERSION_SCRIPT})
  target_link_options(${name} PRIVATE -Wl,--version-script=${BERTH_VERSION_SCRIPT})
endfunction()
