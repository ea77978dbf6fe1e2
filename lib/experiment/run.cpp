#include "lib/experiment/run.h"
