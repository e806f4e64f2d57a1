using System.ComponentModel.DataAnnotations;

namespace Understudy.Workflows.Retraining;

/// <summary>When students are retrained, and what a new one has to show; section <c>Retraining</c> of the configuration, validated on start.</summary>
public sealed class RetrainingOptions
{
    public const string Section = "Retraining";

    public const double MostShadowSeconds = 30 * 24 * 3600;

    /// <summary>Whether new lessons start a retraining by themselves; by hand it can be started at any time.</summary>
    public bool Automatic { get; set; } = true;

    /// <summary>So many new lessons of a task start one.</summary>
    [Range(1, 10_000_000)]
    public int NewLessons { get; set; } = 500;

    /// <summary>Fewer start one when the first of them is so old, in hours.</summary>
    [Range(0.001, 24 * 365)]
    public double AgeHours { get; set; } = 24;

    /// <summary>Lessons that are left after curation; with fewer nothing is trained.</summary>
    [Range(20, 1_000_000)]
    public int LeastLessons { get; set; } = 50;

    /// <summary>Lines that one run reads: the newest.</summary>
    [Range(20, 10_000_000)]
    public int MostLessons { get; set; } = 50_000;

    /// <summary>The share of a sample of the lessons in which the lead, asked again, has to say the same.</summary>
    [Range(0, 1)]
    public double LeadAgreement { get; set; } = 0.9;

    /// <summary>How many lessons a lead behind an endpoint is asked about again, each a call that is paid for; 0 for none, where only its own answers can become lessons.</summary>
    [Range(0, 10_000)]
    public int RemoteLeadSample { get; set; } = 64;

    /// <summary>What a new release may lose in accuracy on the gate's examples, if it gains elsewhere, its cascade besides what the task's guarantee lets students lose; a share.</summary>
    [Range(0, 1)]
    public double MostAccuracyLost { get; set; } = 0.005;

    /// <summary>What it may lose in the recall of any one label, besides what the task's guarantee lets students lose; a share.</summary>
    [Range(0, 1)]
    public double MostRecallLost { get; set; } = 0.05;

    /// <summary>What its student's calibration error may grow by; a share.</summary>
    [Range(0, 1)]
    public double MostCalibrationLost { get; set; } = 0.03;

    /// <summary>How much slower its student may be.</summary>
    [Range(1, 100)]
    public double MostTimesSlower { get; set; } = 2;

    /// <summary>How much larger it may be.</summary>
    [Range(1, 100)]
    public double MostTimesLarger { get; set; } = 1.25;

    /// <summary>A training that takes longer is stopped, in minutes.</summary>
    [Range(0.01, 24 * 60)]
    public double TrainingMinutes { get; set; } = 60;

    /// <summary>
    /// How long a release that passed the gate answers live inputs beside the one that serves, unseen, before it may serve itself; in seconds, 0 for
    /// not at all. A request for a retraining may say otherwise.
    /// </summary>
    [Range(0, MostShadowSeconds)]
    public double ShadowSeconds { get; set; }

    /// <summary>With fewer live inputs than this nothing is judged but errors: what the gate measured stands.</summary>
    [Range(1, 10_000_000)]
    public int ShadowInputs { get; set; } = 100;

    /// <summary>The share of live inputs on which one of its students may fail.</summary>
    [Range(0, 1)]
    public double MostShadowErrors { get; set; } = 0.01;

    /// <summary>After a new release serves, so many of the task's newest stay, and older ones go that nothing needs; 0 for keeping all.</summary>
    [Range(0, 1000)]
    public int KeepReleases { get; set; }

    /// <summary>How long a person may take to approve a release that passed the gate, in hours; 0 for releases without asking anybody.</summary>
    [Range(0, 24 * 30)]
    public double ApprovalHours { get; set; }
}
