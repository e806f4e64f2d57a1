using System.Text.Json;
using Azure;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using Understudy.Inference.Releases;
using Understudy.Workflows.Blobs;
using Understudy.Workflows.Durable;

namespace Understudy.Workflows.Retraining;

/// <summary>
/// Signs a release that passed the gate, puts it beside the others in one step, gives it to the machines that share releases (or copies it to
/// <c>releases/{task}/{version}/</c> where there are none), and lets it serve, if what it was compared with still does. Run again after a crash,
/// on this machine or another, it finds what was done and goes on; what somebody took back meanwhile it leaves taken back.
/// </summary>
internal sealed class ReleaseActivity(BlobServiceClient blobs, ReleaseCatalog catalog) : Activity<ConcludeInput, ReleaseOutcome>
{
    public override async Task<ReleaseOutcome> RunAsync(ActivityContext context, ConcludeInput input)
    {
        var (task, version) = (input.Run.Task, input.Version);
        var target = catalog.FolderOf(task, version);
        if (!IsThere(target, input))
        {
            try
            {
                await MakeAsync(target, input, context.CancellationToken);
            }
            catch (CandidateChangedException error)
            {
                return new("", null, error.Message); // trying again brings nothing back
            }
        }

        if (!catalog.TryPublish(task, version))
        {
            await CopyAsync(target, $"{task}/{version}/", context.CancellationToken);
        }

        var report = $"{BlobContainers.Releases}/{task}/{version}/{RetrainReport.FileName}";
        catalog.Follow();
        var stable = catalog.Channel(task, "stable");
        if (stable != input.Run.Serving || catalog.Channel(task, "previous") == version)
        {
            return new(report, Superseded: stable == version ? null : stable);
        }

        await catalog.PromoteAsync(task, version, context.CancellationToken);
        return new(report);
    }

    /// <summary>The release of this very run: another's of that name is never touched.</summary>
    private static bool IsThere(string target, ConcludeInput input)
    {
        var path = Path.Combine(target, ReleaseManifest.FileName);
        if (!File.Exists(path))
        {
            return false;
        }

        var there = JsonSerializer.Deserialize<ReleaseManifest>(File.ReadAllBytes(path), JsonSerializerOptions.Web)!;
        return there.CreatedAt == input.CreatedAt ? true : throw new ReleaseInvalidException(
            target, [$"{ReleaseManifest.FileName}: somebody else made release '{input.Version}' meanwhile. Start the retraining again."]);
    }

    private async Task MakeAsync(string target, ConcludeInput input, CancellationToken cancellationToken)
    {
        // On the same disk as the models, so that moving it there is one step; hidden from those who list releases until then.
        var staging = Path.Combine(Path.GetDirectoryName(target)!, $".staging-{input.Order.Run}");
        if (Directory.Exists(staging))
        {
            Directory.Delete(staging, recursive: true);
        }

        try
        {
            var folder = Path.Combine(staging, input.Version);
            var (manifest, _) = await new CandidateFolder(blobs, catalog).FillAsync(folder, input.Order, input.Version, input.CreatedAt, input.Gate?.Fingerprint, cancellationToken);
            await File.WriteAllTextAsync(
                Path.Combine(folder, RetrainReport.FileName),
                RetrainReport.Write(input, manifest.Recipe, accepted: true),
                cancellationToken);
            ReleaseWriter.Write(folder, manifest, catalog.Keys.Signer);
            Directory.Move(folder, target);
        }
        finally
        {
            Directory.Delete(staging, recursive: true);
        }
    }

    /// <summary>Blobs of a release are written once; the manifest comes last, so that a release that has one is whole.</summary>
    private async Task CopyAsync(string folder, string prefix, CancellationToken cancellationToken)
    {
        var container = blobs.GetBlobContainerClient(BlobContainers.Releases);
        foreach (var path in Directory.EnumerateFiles(folder).OrderBy(path => Path.GetFileName(path) == ReleaseManifest.FileName))
        {
            try
            {
                await container.GetBlobClient(prefix + Path.GetFileName(path)).UploadAsync(
                    path, new BlobUploadOptions { Conditions = new BlobRequestConditions { IfNoneMatch = ETag.All } }, cancellationToken);
            }
            catch (RequestFailedException error) when (error.Status is 409 or 412)
            {
                // It was there already.
            }
        }
    }
}
