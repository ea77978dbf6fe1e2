#include "apps/text_sentiment/program.h"

int main(int argc, char** argv) { return actlab::run_text_sentiment(argc, argv); }
