#include "lib/training/probes.h"
