using System.ComponentModel.DataAnnotations;

namespace Understudy.Workflows.Retraining.Jobs;

/// <summary>The container job that trains; section <c>Trainer</c> of the configuration, validated on start.</summary>
public sealed class TrainerOptions
{
    public const string Section = "Trainer";

    /// <summary>The job's resource id; empty where there is none, and nothing can be trained.</summary>
    [RegularExpression("^(/subscriptions/[^/]+/resourceGroups/[^/]+/providers/Microsoft\\.App/jobs/[^/]+)?$", ErrorMessage = "Trainer:Job is not the resource id of a container job. Write /subscriptions/…/resourceGroups/…/providers/Microsoft.App/jobs/NAME, or leave it out.")]
    public string Job { get; set; } = "";

    /// <summary>The address of Azure's resource manager.</summary>
    [RegularExpression("^https://[^/]+/?$", ErrorMessage = "Trainer:Endpoint is not an https address without a path. Write https://management.azure.com, or leave it out.")]
    public string Endpoint { get; set; } = "https://management.azure.com";

    /// <summary>A job that was started and says nothing for so long is lost, in seconds. Its image is fetched in that time.</summary>
    [Range(10, 3600)]
    public double StartSeconds { get; set; } = 600;

    /// <summary>A job that has said something and then nothing for so long is lost, in seconds. It says something every two.</summary>
    [Range(5, 3600)]
    public double LostSeconds { get; set; } = 60;
}
