using System.ComponentModel.DataAnnotations;

namespace Understudy.Workflows.Intake;

/// <summary>How often a blob is tried that nothing can be started for; section <c>Intake</c> of the configuration, validated on start.</summary>
public sealed class IntakeOptions
{
    public const string Section = "Intake";

    /// <summary>Attempts, after which the blob is quarantined.</summary>
    [Range(1, 100)]
    public int Attempts { get; set; } = 5;

    /// <summary>Between the first and the second one, in milliseconds; each later pause is twice as long.</summary>
    [Range(1, 3_600_000)]
    public int FirstPauseMilliseconds { get; set; } = 1_000;
}
