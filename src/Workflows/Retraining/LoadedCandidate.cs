using Azure.Storage.Blobs;
using Understudy.Inference.Releases;

namespace Understudy.Workflows.Retraining;

/// <summary>
/// A release to be, loaded to be measured, from a folder of its own that goes with it. It lies outside the models folder and has no signature, so
/// that nothing can serve it.
/// </summary>
internal sealed class LoadedCandidate : IDisposable
{
    private readonly string _root;

    private LoadedCandidate(string root, Release release, string fingerprint) => (_root, Release, Fingerprint) = (root, release, fingerprint);

    public Release Release { get; }

    /// <summary>Tells its files and manifest from all others.</summary>
    public string Fingerprint { get; }

    /// <param name="blobs">Where the training left its files.</param>
    /// <param name="catalog">Where the release is that serves.</param>
    /// <param name="order">What was trained.</param>
    /// <param name="version">The name of the release to be.</param>
    /// <param name="createdAt">When the run began.</param>
    /// <param name="withLead">False for the students alone.</param>
    /// <param name="measured">Its <see cref="Fingerprint"/> when the gate measured it; null where nobody has yet.</param>
    /// <param name="cancellationToken">Heard.</param>
    /// <exception cref="ReleaseInvalidException">It cannot be loaded.</exception>
    /// <exception cref="CandidateChangedException">It is not what the gate measured.</exception>
    public static async Task<LoadedCandidate> LoadAsync(
        BlobServiceClient blobs, ReleaseCatalog catalog, TrainingOrder order, string version, DateTimeOffset createdAt, bool withLead, string? measured, CancellationToken cancellationToken)
    {
        var root = Directory.CreateTempSubdirectory("understudy-candidate-").FullName;
        try
        {
            var folder = Path.Combine(root, version);
            var (manifest, fingerprint) = await new CandidateFolder(blobs, catalog).FillAsync(folder, order, version, createdAt, measured, cancellationToken);
            File.Copy(Path.Combine(catalog.ModelsFolder, order.Task, "task.json"), Path.Combine(root, "task.json"));
            ReleaseWriter.WriteUnsigned(folder, manifest);
            return new(root, Release.LoadUnsigned(folder, withLead), fingerprint);
        }
        catch
        {
            Directory.Delete(root, recursive: true);
            throw;
        }
    }

    public void Dispose()
    {
        Release.Dispose();
        Directory.Delete(_root, recursive: true);
    }
}
