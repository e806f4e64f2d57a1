namespace Understudy.Cli.Bench.RecordedModels;

/// <summary>The cheapest cascade that is right as often as the lead.</summary>
/// <param name="Samples">Drawn of each way of asking.</param>
/// <param name="Threshold">Of every student.</param>
/// <param name="Accuracy">On the questions it was chosen on.</param>
/// <param name="CostRatio">Over the lead's cost, there.</param>
/// <param name="HeldOutAccuracy">Of such choices on questions they were not made on.</param>
/// <param name="HeldOutCostRatio">There.</param>
internal sealed record EqualAccuracy(int Samples, double Threshold, double Accuracy, double CostRatio, double HeldOutAccuracy, double HeldOutCostRatio);
