namespace Understudy.Api.Rollouts;

/// <summary>What a rollout may be told; all of it may be left out.</summary>
/// <param name="Version">The release; the stable one.</param>
/// <param name="Sites">The sites that are meant; every site that takes the task.</param>
/// <param name="CanaryShare">Share of the sites that are first.</param>
/// <param name="PatienceMinutes">How long a ring is waited for.</param>
/// <param name="SoakMinutes">How long a ring serves before it is judged again.</param>
/// <param name="WithLead">Whether the lead's files go along; for a release without students, else as in the task's last rollout to all sites.</param>
internal sealed record RolloutRequest(
    string? Version = null,
    IReadOnlyList<string>? Sites = null,
    double? CanaryShare = null,
    double? PatienceMinutes = null,
    double? SoakMinutes = null,
    bool? WithLead = null);
