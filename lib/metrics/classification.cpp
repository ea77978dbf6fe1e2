#include "lib/metrics/classification.h"
