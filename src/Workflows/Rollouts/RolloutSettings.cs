namespace Understudy.Workflows.Rollouts;

/// <summary>How one rollout goes about it; frozen when it starts.</summary>
/// <param name="CanaryShare">Share of the sites that are first, at least one of them; where all of these are away, as many of the others.</param>
/// <param name="PatienceMinutes">How long a ring is waited for. Who is away by then catches up on return, and is not counted.</param>
/// <param name="SoakMinutes">How long a ring serves before it is judged again.</param>
/// <param name="PollSeconds">Between two looks at the reports, at first; later it gets longer, up to a minute.</param>
/// <param name="MaxFailedShare">Above this share of a ring's sites that refuse the release, or take it back, everything goes back.</param>
/// <param name="MaxErrorRate">The same for a ring's share of inputs that fail.</param>
/// <param name="MaxAgreementLoss">The same for what the share of labels that the lead confirms may lose.</param>
/// <param name="WithLead">Whether the lead's files go along; null where nobody said: they do for a release without students, else as in the task's last rollout to all sites.</param>
/// <param name="Sites">The sites that are meant; null for every site that takes the task.</param>
/// <param name="Serving">Of these only the sites that say that this release serves there, or that are pointed to it; it was taken back. Null for all.</param>
public sealed record RolloutSettings(
    double CanaryShare = 0.1,
    double PatienceMinutes = 60,
    double SoakMinutes = 10,
    double PollSeconds = 2,
    double MaxFailedShare = 0.1,
    double MaxErrorRate = 0.05,
    double MaxAgreementLoss = 0.1,
    bool? WithLead = null,
    IReadOnlyList<string>? Sites = null,
    string? Serving = null);
