using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using Understudy.Inference.Lessons;
using Understudy.Inference.Releases;
using Understudy.Inference.Sites;
using Understudy.Workflows.Blobs;
using Understudy.Workflows.Durable;

namespace Understudy.Workflows.Retraining;

/// <summary>The files of a release to be: those that a training made, the others of the release that serves, and samples for edge sites.</summary>
internal sealed class CandidateFolder(BlobServiceClient blobs, ReleaseCatalog catalog)
{
    private readonly BlobContainerClient _work = blobs.GetBlobContainerClient(BlobContainers.Work);

    /// <summary>Puts the files into a folder named as the version.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="order">What was trained.</param>
    /// <param name="version">The name of the release to be.</param>
    /// <param name="createdAt">When the run began.</param>
    /// <param name="measured">What the files were when the gate measured them; null where nobody has yet.</param>
    /// <param name="cancellationToken">Heard between files.</param>
    /// <returns>The manifest that goes with them, with the version and the time, and what they are.</returns>
    /// <exception cref="CandidateChangedException">They are not what the gate measured.</exception>
    public async Task<(ReleaseManifest Manifest, string Fingerprint)> FillAsync(
        string folder, TrainingOrder order, string version, DateTimeOffset createdAt, string? measured, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(folder);
        var serving = catalog.FolderOf(order.Task, order.Serving);
        ReleaseManifest current;
        using (var lease = catalog.Acquire(order.Task, order.Serving))
        {
            current = lease.Release.Manifest;
        }

        foreach (var file in current.Files.Where(file => !TellsOfItsMaking(file.Name)))
        {
            var target = Path.Combine(folder, file.Name);
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(Path.Combine(serving, file.Name), target, overwrite: true);
        }

        await foreach (var blob in _work.GetBlobsAsync(BlobTraits.None, BlobStates.None, order.FilesFolder, cancellationToken))
        {
            await _work.GetBlobClient(blob.Name).DownloadToAsync(Path.Combine(folder, Path.GetFileName(blob.Name)), cancellationToken);
        }

        var manifest = (await _work.GetBlobClient(order.ManifestBlob).DownloadContentAsync(cancellationToken)).Value.Content.ToObjectFromJson<ReleaseManifest>(DurableJson.Options)!;
        manifest = manifest with { Task = order.Task, Version = version, CreatedAt = createdAt };
        var fingerprint = ReleaseWriter.Fingerprint(folder, manifest);
        if (measured is not null && fingerprint != measured)
        {
            throw new CandidateChangedException(order.FilesFolder);
        }

        await AddSamplesAsync(folder, order, cancellationToken); // not measured: what a task keeps may change while a run waits
        return (manifest, fingerprint);
    }

    /// <summary>Where the task has samples that a person chose, those stand.</summary>
    private async Task AddSamplesAsync(string folder, TrainingOrder order, CancellationToken cancellationToken)
    {
        if (File.Exists(Path.Combine(catalog.ModelsFolder, order.Task, EdgePackage.SamplesFile)))
        {
            return;
        }

        var held = await LessonFiles.ReadAsync(blobs, LessonFiles.Name(order.Run, LessonFiles.Held), cancellationToken);
        if (ReleaseSamples.Of(held, catalog.Task(order.Task).Lessons) is { Count: > 0 } samples)
        {
            await File.WriteAllLinesAsync(Path.Combine(folder, EdgePackage.SamplesFile), samples, cancellationToken);
        }
    }

    /// <summary>How the release that serves was made says nothing of the new one.</summary>
    private static bool TellsOfItsMaking(string file) =>
        file is "recipe.json" or RetrainReport.FileName or EdgePackage.SamplesFile || file.EndsWith("-training.png", StringComparison.Ordinal) || file.EndsWith("-compression.png", StringComparison.Ordinal) || RetrainingPlots.All.Contains(file);
}
