using System.ComponentModel.DataAnnotations;

namespace Understudy.Workflows.Rollouts;

/// <summary>How rollouts go about it unless they are told otherwise; section <c>Rollouts</c>, validated on start. See <see cref="RolloutSettings"/>.</summary>
public sealed class RolloutOptions
{
    public const string Section = "Rollouts";

    [Range(0, 1)]
    public double CanaryShare { get; set; } = 0.1;

    [Range(0.001, 7 * 24 * 60)]
    public double PatienceMinutes { get; set; } = 60;

    [Range(0, 7 * 24 * 60)]
    public double SoakMinutes { get; set; } = 10;

    [Range(0.05, 3600)]
    public double PollSeconds { get; set; } = 2;

    [Range(0, 1)]
    public double MaxFailedShare { get; set; } = 0.1;

    [Range(0, 1)]
    public double MaxErrorRate { get; set; } = 0.05;

    [Range(0, 1)]
    public double MaxAgreementLoss { get; set; } = 0.1;

    public RolloutSettings Settings => new(CanaryShare, PatienceMinutes, SoakMinutes, PollSeconds, MaxFailedShare, MaxErrorRate, MaxAgreementLoss);
}
