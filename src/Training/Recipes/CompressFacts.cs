namespace Understudy.Training.Recipes;

/// <summary>What int8 did to a model, on the tuning part.</summary>
internal sealed record CompressFacts(double FloatAccuracy, double Int8Accuracy, long FloatBytes, long Int8Bytes, double LargestDifference);
