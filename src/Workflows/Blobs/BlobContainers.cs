using Azure.Storage.Blobs;

namespace Understudy.Workflows.Blobs;

/// <summary>The blob containers of the product, by name.</summary>
public static class BlobContainers
{
    public const string Batches = "batches";
    public const string Results = "results";
    public const string Quarantine = "quarantine";
    public const string TeacherOutputs = "teacher-outputs";
    public const string Releases = "releases";
    public const string Edge = "edge";
    public const string EdgeReports = "edge-reports";

    /// <summary>What leads cost: a blob for each task and day.</summary>
    public const string Budgets = "budgets";

    /// <summary>How well students answered: a blob for each task, day and host.</summary>
    public const string Quality = "quality";

    /// <summary>What travels between the steps of a workflow; emptied when a batch ends. And how far each container has been looked through.</summary>
    public const string Work = "work";

    public static IReadOnlyList<string> All { get; } =
        [Batches, Results, Quarantine, TeacherOutputs, Releases, Edge, EdgeReports, Budgets, Quality, Work];

    /// <summary>Creates the containers that do not exist yet.</summary>
    public static async Task EnsureAsync(BlobServiceClient blobs, CancellationToken cancellationToken)
    {
        foreach (var name in All)
        {
            await blobs.GetBlobContainerClient(name).CreateIfNotExistsAsync(cancellationToken: cancellationToken);
        }
    }
}
