namespace Understudy.Cli.Demo;

/// <summary>What <c>demo --json</c> prints. Everything in it was measured in this run.</summary>
/// <param name="Mails">Mails answered.</param>
/// <param name="Accuracy">Of the cascade, over all mails.</param>
/// <param name="LeadAccuracy">Of the lead alone, over the same mails.</param>
/// <param name="MacroF1">Of the cascade: the mean of the labels' F1.</param>
/// <param name="StudentShare">The share of mails that a student answered.</param>
/// <param name="CostRatio">
/// Model time of the cascade over model time of the lead alone. Not taken from the receipts: in the host two shards share the cores with each
/// other and with the storage, which no run of the lead alone does. Both are measured after the host has stopped, on the same mails in the
/// same batches, taking turns, exactly as <c>understudy evaluate</c> does.
/// </param>
/// <param name="Batch">What became of the batch in whose middle the host was killed.</param>
/// <param name="Retrain">What a student learned from the lead's answers.</param>
/// <param name="Edge">What became of the edge site.</param>
/// <param name="Seconds">The whole demo.</param>
internal sealed record DemoReport(
    int Mails,
    double Accuracy,
    double LeadAccuracy,
    double MacroF1,
    double StudentShare,
    double CostRatio,
    BatchReport Batch,
    RetrainReport Retrain,
    EdgeReport Edge,
    double Seconds);
