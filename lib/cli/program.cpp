#include "lib/cli/program.h"
