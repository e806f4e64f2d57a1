namespace Understudy.Workflows.Retraining;

/// <summary>The options that one retraining runs under, frozen when it starts.</summary>
public sealed record RetrainSettings(
    int LeastLessons,
    int MostLessons,
    double LeadAgreement,
    double MostAccuracyLost,
    double MostRecallLost,
    double MostCalibrationLost,
    double MostTimesSlower,
    double MostTimesLarger,
    double TrainingMinutes,
    double ApprovalHours,
    double ShadowSeconds = 0,
    int ShadowInputs = 100,
    double MostShadowErrors = 0.01,
    int KeepReleases = 0,
    int RemoteLeadSample = 64)
{
    internal static RetrainSettings From(RetrainingOptions options) => new(
        options.LeastLessons,
        options.MostLessons,
        options.LeadAgreement,
        options.MostAccuracyLost,
        options.MostRecallLost,
        options.MostCalibrationLost,
        options.MostTimesSlower,
        options.MostTimesLarger,
        options.TrainingMinutes,
        options.ApprovalHours,
        options.ShadowSeconds,
        options.ShadowInputs,
        options.MostShadowErrors,
        options.KeepReleases,
        options.RemoteLeadSample);
}
