#include "lib/report/comparison.h"
