# Stands in for an official LibTorch archive that was built with the old C++ ABI.
add_library(torch INTERFACE IMPORTED)
set(TORCH_CXX_FLAGS "-D_GLIBCXX_USE_CXX11_ABI=0")
set(Torch_FOUND TRUE)
