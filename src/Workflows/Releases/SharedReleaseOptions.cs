using System.ComponentModel.DataAnnotations;

namespace Understudy.Workflows.Releases;

/// <summary>How machines that share their releases follow each other; section <c>Releases</c> of the configuration, validated on start.</summary>
public sealed class SharedReleaseOptions
{
    public const string Section = "Releases";

    /// <summary>So many seconds after one machine has moved a channel it is moved on all others.</summary>
    [Range(0.1, 3600)]
    public double FollowSeconds { get; set; } = 30;
}
