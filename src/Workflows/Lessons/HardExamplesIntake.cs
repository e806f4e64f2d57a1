using Understudy.Inference.Releases;
using Understudy.Inference.Sites;
using Understudy.Workflows.Blobs;
using Understudy.Workflows.Durable;
using Understudy.Workflows.Intake;

namespace Understudy.Workflows.Lessons;

/// <summary>Has the lead answer what sites found hard: the blobs <c>edge-reports/{site}/{task}/hard/…</c>. The others there are left alone.</summary>
internal sealed class HardExamplesIntake(IWorkflowClient workflows, ReleaseCatalog catalog) : IBlobIntake
{
    public string Container => BlobContainers.EdgeReports;

    public bool Takes(string blob) => TryParse(blob, out _, out _);

    public void Check(string blob)
    {
        if (TryParse(blob, out _, out var task))
        {
            catalog.Acquire(task).Dispose();
        }
    }

    public Task<string> TakeAsync(string blob, string etag, CancellationToken cancellationToken)
    {
        if (!TryParse(blob, out var site, out var task))
        {
            throw new ArgumentException($"'{blob}' holds no hard examples.", nameof(blob));
        }

        string release;
        using (var lease = catalog.Acquire(task))
        {
            release = lease.Release.Manifest.Version;
        }

        var hash = ShortHash.Of($"{blob}\n{etag.Trim('"')}");
        return workflows.StartAsync(WorkflowNames.TeachFromEdge, new HardExamplesInput(site, task, blob, etag, release), $"edge-lessons-{hash}", cancellationToken);
    }

    private static bool TryParse(string blob, out string site, out string task)
    {
        var parts = blob.Split('/');
        var valid = parts.Length > 3 && SiteFolder.IsSite(parts[0]) && parts[2] == "hard" && blob.EndsWith(".jsonl", StringComparison.Ordinal) && !parts.Contains("");
        (site, task) = valid ? (parts[0], parts[1]) : ("", "");
        return valid;
    }
}
