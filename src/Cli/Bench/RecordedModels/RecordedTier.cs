namespace Understudy.Cli.Bench.RecordedModels;

/// <summary>A recorded model as a tier of the cascade.</summary>
/// <param name="Accuracy">Alone, by majority of the samples drawn.</param>
/// <param name="CostRatio">Alone, over the lead's cost.</param>
/// <param name="Share">Of held-out questions, those that it answers.</param>
/// <param name="InputPrice">Dollars a million tokens.</param>
/// <param name="OutputPrice">Dollars a million tokens.</param>
/// <param name="PriceAssumed">Nobody gave the prices.</param>
internal sealed record RecordedTier(string Name, double Accuracy, double CostRatio, double Share, double InputPrice, double OutputPrice, bool PriceAssumed);
