# actlab_library(lib/core SOURCES … DEPENDS …): one library a folder, named after it (actlab::lib_core).
# Headers are included by their path from the root, so an arrow that points the wrong way is visible.

set(ACTLAB_WARNINGS -Wall -Wextra -Wshadow -Wconversion -Werror)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_COMPILER_VERSION VERSION_GREATER_EQUAL 13)
  # From 13 on GCC takes the growth of a std::vector for an overflow, and a table's row that was found by a temporary
  # name for a dangling reference.
  list(APPEND ACTLAB_WARNINGS -Wno-array-bounds -Wno-stringop-overflow -Wno-dangling-reference)
endif()
# Several files as one: the templates of the headers are instantiated once for all of them. A name of one file may then
# hide that of another.
if(CMAKE_UNITY_BUILD)
  list(APPEND ACTLAB_WARNINGS -Wno-shadow)
  if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    list(APPEND ACTLAB_WARNINGS -Wno-subobject-linkage)
  endif()
endif()

# LibTorch's headers take about 20 s; they are compiled once and shared by every target.
add_library(actlab_pch STATIC ${PROJECT_SOURCE_DIR}/cmake/pch.cpp)
target_link_libraries(actlab_pch PUBLIC torch)
target_include_directories(actlab_pch PUBLIC ${PROJECT_SOURCE_DIR})
target_compile_options(actlab_pch PRIVATE ${ACTLAB_WARNINGS} -fPIC)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  target_compile_options(actlab_pch PRIVATE -fpch-preprocess)
endif()
target_precompile_headers(actlab_pch PRIVATE <torch/torch.h>)

function(actlab_configure target)
  target_link_libraries(${target} PUBLIC actlab_pch)
  target_precompile_headers(${target} REUSE_FROM actlab_pch)
  target_compile_options(${target} PRIVATE ${ACTLAB_WARNINGS} -fPIC)
  if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    target_compile_options(${target} PRIVATE -fpch-preprocess)
  endif()
endfunction()

function(actlab_library folder)
  cmake_parse_arguments(arg "" "" "SOURCES;DEPENDS" ${ARGN})
  string(REPLACE "/" "_" name ${folder})
  add_library(actlab_${name} STATIC ${arg_SOURCES})
  add_library(actlab::${name} ALIAS actlab_${name})
  actlab_configure(actlab_${name})
  target_link_libraries(actlab_${name} PUBLIC ${arg_DEPENDS})
endfunction()

function(actlab_program name)
  cmake_parse_arguments(arg "" "" "SOURCES;DEPENDS" ${ARGN})
  add_executable(${name} ${arg_SOURCES})
  actlab_configure(${name})
  target_link_libraries(${name} PRIVATE ${arg_DEPENDS})
endfunction()
