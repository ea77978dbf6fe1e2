#include "apps/image_classification/program.h"

int main(int argc, char** argv) { return actlab::run_image_classification(argc, argv); }
