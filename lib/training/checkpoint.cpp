#include "lib/training/checkpoint.h"
