# Everything comes from find_package; nothing is downloaded.
# A LibTorch of one's own (official archive or pip wheel) is given through CMAKE_PREFIX_PATH.

find_package(Torch REQUIRED)
# Some packages still print TORCH_INCLUDE_DIRS relative to the wrong prefix: only the target is used.
if(NOT TARGET torch)
  message(FATAL_ERROR "LibTorch was found in ${Torch_DIR} but offers no CMake target 'torch'.")
endif()
# Warnings are errors in our code, never in LibTorch's headers.
get_target_property(torch_includes torch INTERFACE_INCLUDE_DIRECTORIES)
if(torch_includes)
  set_target_properties(torch PROPERTIES INTERFACE_SYSTEM_INCLUDE_DIRECTORIES "${torch_includes}")
endif()
# Official LibTorch archives before 2.7 were built with the old C++ ABI; OpenCV of a distribution is not.
if(ACTLAB_OPENCV AND TORCH_CXX_FLAGS MATCHES "_GLIBCXX_USE_CXX11_ABI=0")
  message(FATAL_ERROR
    "The LibTorch in ${Torch_DIR} was built with the old C++ ABI (_GLIBCXX_USE_CXX11_ABI=0); "
    "the distribution's OpenCV and GoogleTest use the new one, so the two cannot be linked together.\n"
    "Use the 'cxx11 ABI' archive, a wheel of version 2.7 or newer, or the distribution's libtorch-dev; "
    "or build lib and models alone with -DACTLAB_OPENCV=OFF -DACTLAB_TESTS=OFF.")
endif()

find_package(Threads REQUIRED)
find_package(OpenMP REQUIRED)  # LibTorch's pool: its size is set and reported
find_package(nlohmann_json 3.11 REQUIRED)
find_package(fmt REQUIRED)
# A wheel of LibTorch brings fmt's headers of another version, which are found first: libfmt does not fit them. And it
# exports parts of the C++ library that it was linked with, which crash where they hide the compiler's own
# (std::filesystem::remove_all): that comes first.
if(EXISTS ${TORCH_INSTALL_PREFIX}/include/fmt/format.h AND NOT TORCH_INSTALL_PREFIX STREQUAL "/usr")
  set_target_properties(fmt::fmt PROPERTIES INTERFACE_COMPILE_DEFINITIONS FMT_HEADER_ONLY=1)
  add_link_options(LINKER:--no-as-needed,-lstdc++,--as-needed)
endif()
find_package(CLI11 2.1 REQUIRED)
find_package(Boost 1.74 REQUIRED CONFIG)  # the module that CMake shipped is gone from 3.30 on
find_package(tomlplusplus REQUIRED)
find_package(hwy 1.0 REQUIRED CONFIG)  # vectors
# actlab_find(utf8proc utf8proc.h): the target utf8proc::utf8proc of a library whose package has no CMake
# configuration in Debian.
function(actlab_find name header)
  find_path(${name}_INCLUDE ${header} REQUIRED)
  find_library(${name}_LIBRARY ${name} REQUIRED)
  add_library(${name}::${name} UNKNOWN IMPORTED GLOBAL)
  set_target_properties(${name}::${name} PROPERTIES
    IMPORTED_LOCATION ${${name}_LIBRARY} INTERFACE_INCLUDE_DIRECTORIES ${${name}_INCLUDE})
endfunction()
actlab_find(utf8proc utf8proc.h)
# Optional: pictures as PNG. Without it they are written as SVG only.
find_package(PkgConfig QUIET)
if(PKG_CONFIG_FOUND)
  pkg_check_modules(RSVG QUIET librsvg-2.0)
endif()
if(NOT RSVG_FOUND)
  message(STATUS "librsvg was not found: pictures can be written as SVG, but not as PNG")
endif()
if(ACTLAB_OPENCV)
  list(APPEND CMAKE_MODULE_PATH ${CMAKE_CURRENT_LIST_DIR})
  find_package(OpenCV 4.5 REQUIRED COMPONENTS core imgproc imgcodecs)
  actlab_find(uchardet uchardet/uchardet.h)
  actlab_find(sndfile sndfile.h)
  actlab_find(samplerate samplerate.h)
  find_package(CURL REQUIRED)
  find_package(OpenSSL REQUIRED COMPONENTS Crypto)
  find_package(LibArchive REQUIRED)
  find_package(ZLIB REQUIRED)
endif()

find_program(ccache ccache)
if(ccache AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
  # Precompiled headers need these two allowances to be cached.
  set(CMAKE_CXX_COMPILER_LAUNCHER
      ${CMAKE_COMMAND} -E env CCACHE_SLOPPINESS=pch_defines,time_macros,include_file_mtime,include_file_ctime ${ccache})
endif()
