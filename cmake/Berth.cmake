# What every folder builds with: the language, the warnings, and four functions that declare a target.
include_guard()
include(GNUInstallDirs)

set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_C_STANDARD 11)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
set(CMAKE_RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/bin)
set(BERTH_PLUGIN_OUTPUT ${CMAKE_BINARY_DIR}/plugins)
set(BERTH_PLUGIN_INSTALL ${CMAKE_INSTALL_LIBDIR}/berth/plugins)
set(BERTH_SITE_FILE ${CMAKE_INSTALL_FULL_SYSCONFDIR}/berth/berth.toml)
if(NOT CMAKE_BUILD_TYPE)
  set(CMAKE_BUILD_TYPE RelWithDebInfo CACHE STRING "Build type" FORCE)
endif()

# Lines and functions for a backtrace; all that a debugger could want costs a quarter of the compiling.
set(CMAKE_C_FLAGS_RELWITHDEBINFO "-O2 -g1 -DNDEBUG")
set(CMAKE_CXX_FLAGS_RELWITHDEBINFO "-O2 -g1 -DNDEBUG")

find_program(CCACHE ccache)
if(CCACHE)
  set(CMAKE_C_COMPILER_LAUNCHER ${CCACHE})
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CCACHE})
endif()

add_compile_options(-Wall -Wextra -Wno-missing-field-initializers)
if(BERTH_SANITIZE)
  add_compile_options(-fsanitize=${BERTH_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=all)
  add_link_options(-fsanitize=${BERTH_SANITIZE})
  if(BERTH_SANITIZE STREQUAL "thread")
    add_compile_options(-Wno-tsan)
  endif()
endif()

find_package(Threads REQUIRED)
find_package(Boost 1.81 REQUIRED)
find_package(nlohmann_json 3.11 REQUIRED)
if(BERTH_TESTS)
  find_package(GTest REQUIRED)
endif()
add_compile_definitions(BOOST_DLL_USE_STD_FS BOOST_ERROR_CODE_HEADER_ONLY)

# A root through which exactly one source folder can be included, as <name>/file.hpp. A library that
# does not link another cannot include it.
function(berth_include_root target name)
  set(root ${CMAKE_BINARY_DIR}/roots/${name})
  file(MAKE_DIRECTORY ${root})
  file(CREATE_LINK ${CMAKE_CURRENT_SOURCE_DIR} ${root}/${name} SYMBOLIC)
  target_include_directories(${target} PUBLIC ${root})
endfunction()

# berth_library(model SOURCES a.cpp LINKS berth_base): one folder of the daemon as a static library.
function(berth_library name)
  cmake_parse_arguments(arg "" "" "SOURCES;LINKS;PRIVATE" ${ARGN})
  add_library(berth_${name} STATIC ${arg_SOURCES})
  berth_include_root(berth_${name} ${name})
  target_link_libraries(berth_${name} PUBLIC ${arg_LINKS} PRIVATE ${arg_PRIVATE})
endfunction()

# berth_plugin(capacity SOURCES capacity.cpp): one plugin, exporting nothing but its entry symbol.
function(berth_plugin name)
  cmake_parse_arguments(arg "NO_INSTALL" "OUTPUT" "SOURCES;LINKS" ${ARGN})
  if(NOT arg_OUTPUT)
    set(arg_OUTPUT ${BERTH_PLUGIN_OUTPUT})
  endif()
  add_library(plugin_${name} MODULE ${arg_SOURCES})
  target_link_libraries(plugin_${name} PRIVATE Berth::sdk ${arg_LINKS})
  set_target_properties(plugin_${name} PROPERTIES PREFIX "" OUTPUT_NAME ${name}
    LIBRARY_OUTPUT_DIRECTORY ${arg_OUTPUT} C_VISIBILITY_PRESET hidden CXX_VISIBILITY_PRESET hidden
    VISIBILITY_INLINES_HIDDEN ON)
  target_link_options(plugin_${name} PRIVATE
    -Wl,--version-script=${CMAKE_SOURCE_DIR}/sdk/cmake/berth-plugin.map)
  if(NOT arg_NO_INSTALL)
    install(TARGETS plugin_${name} LIBRARY DESTINATION ${BERTH_PLUGIN_INSTALL}
      COMPONENT plugins)
  endif()
endfunction()

# berth_test(model_test SOURCES quantity_test.cpp LINKS berth_model): a GoogleTest program, one ctest entry.
# LABELS and TIMEOUT (seconds) are handed to ctest. Its sources are compiled fast, not to run fast: that
# halves the time. A program that computes a lot itself asks for -O2 behind this.
function(berth_test name)
  cmake_parse_arguments(arg "" "TIMEOUT" "SOURCES;LINKS;LABELS;DEPENDS" ${ARGN})
  if(NOT BERTH_TESTS)
    return()
  endif()
  if(NOT arg_TIMEOUT)
    set(arg_TIMEOUT 300)
  endif()
  find_package(GTest REQUIRED)
  add_executable(${name} ${arg_SOURCES})
  target_compile_options(${name} PRIVATE $<$<CONFIG:RelWithDebInfo>:-O0 -g1>)
  target_link_libraries(${name} PRIVATE ${arg_LINKS} GTest::gtest GTest::gtest_main)
  set_target_properties(${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/tests)
  if(arg_DEPENDS)
    add_dependencies(${name} ${arg_DEPENDS})
  endif()
  add_test(NAME ${name} COMMAND ${name})
  set_tests_properties(${name} PROPERTIES LABELS "${arg_LABELS}" TIMEOUT ${arg_TIMEOUT})
endfunction()

if(BERTH_TESTS)
  enable_testing()
endif()
