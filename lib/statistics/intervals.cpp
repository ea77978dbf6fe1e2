#include "lib/statistics/intervals.h"
