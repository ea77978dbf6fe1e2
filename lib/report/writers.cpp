#include "lib/report/writers.h"
