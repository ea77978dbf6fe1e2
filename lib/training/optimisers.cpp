#include "lib/training/optimisers.h"
