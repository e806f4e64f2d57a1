using System.ComponentModel.DataAnnotations;

namespace Understudy.Workflows.Lessons;

/// <summary>How the lead's answers are gathered; section <c>Lessons</c> of the configuration, validated on start.</summary>
public sealed class LessonOptions
{
    public const string Section = "Lessons";

    /// <summary>Lessons in one blob at most.</summary>
    [Range(1, 10_000)]
    public int BlockLessons { get; set; } = 256;

    /// <summary>A block that is not full is written when its first lesson is so old, in seconds: what a crash can lose at most.</summary>
    [Range(0.05, 3600)]
    public double BlockSeconds { get; set; } = 5;

    /// <summary>Lessons that wait in memory while the storage is away; more are dropped and counted.</summary>
    [Range(1, 1_000_000)]
    public int MostWaiting { get; set; } = 10_000;
}
