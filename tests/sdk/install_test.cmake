# An author's first minutes: an installed SDK, the template, nothing of this source tree.
set(prefix ${WORK}/prefix)
file(REMOVE_RECURSE ${WORK})

function(run)
  execute_process(COMMAND ${ARGV} RESULT_VARIABLE result OUTPUT_VARIABLE output ERROR_VARIABLE output)
  if(NOT result EQUAL 0)
    list(JOIN ARGV " " command)
    message(FATAL_ERROR "${command}\nended with ${result}:\n${output}")
  endif()
  set(output "${output}" PARENT_SCOPE)
endfunction()

function(expect_only_the_entry library)
  find_program(NM nm REQUIRED)
  run(${NM} --dynamic --defined-only ${library})
  string(REGEX MATCHALL "[^ \n]+\n" symbols "${output}")
  if(NOT symbols STREQUAL "berth_module_v1\n")
    message(FATAL_ERROR "${library} exports more or less than its entry: ${symbols}")
  endif()
endfunction()

run(${CMAKE_COMMAND} --install ${BUILD} --component sdk --prefix ${prefix})

# find_package(Berth)
file(COPY ${prefix}/share/berth/template DESTINATION ${WORK})
run(${CMAKE_COMMAND} -S ${WORK}/template -B ${WORK}/build -G ${GENERATOR}
  -D CMAKE_PREFIX_PATH=${prefix} -D CMAKE_CXX_COMPILER=${CXX})
run(${CMAKE_COMMAND} --build ${WORK}/build)
run(${CMAKE_CTEST_COMMAND} --test-dir ${WORK}/build --no-tests=error)
expect_only_the_entry(${WORK}/build/team_sku.so)

# pkg-config
find_program(PKG_CONFIG pkg-config)
if(PKG_CONFIG)
  file(GLOB_RECURSE description ${prefix}/berth.pc)
  cmake_path(GET description PARENT_PATH descriptions)
  run(${CMAKE_COMMAND} -E env PKG_CONFIG_PATH=${descriptions} ${PKG_CONFIG} --cflags --libs berth)
  separate_arguments(flags UNIX_COMMAND "${output}")
  run(${CXX} -std=c++20 -shared -fPIC -fvisibility=hidden ${SOURCE}/team_sku.cpp ${flags}
    -o ${WORK}/by_pkg_config.so)
  expect_only_the_entry(${WORK}/by_pkg_config.so)
endif()
