using Azure.Storage.Blobs;
using Understudy.Inference.Pipelines;
using Understudy.Inference.Releases;
using Understudy.Workflows.Durable;

namespace Understudy.Workflows.Retraining;

/// <summary>Measures a new release beside the one that serves and decides. The new one has no signature yet: it is loaded to be measured only.</summary>
internal sealed class GateActivity(BlobServiceClient blobs, ReleaseCatalog catalog, JointInference inference, TimeProvider time) : Activity<GateInput, GateReport>
{
    public override async Task<GateReport> RunAsync(ActivityContext context, GateInput input)
    {
        var (order, cancellationToken) = (input.Order, context.CancellationToken);
        try
        {
            using var candidate = await LoadedCandidate.LoadAsync(blobs, catalog, order, input.Version, input.CreatedAt, withLead: true, measured: null, cancellationToken);
            using var lease = catalog.Acquire(order.Task, order.Serving);
            var isCall = lease.Release.Calls is not null;
            var examples = GateExample.OfLessons(await LessonFiles.ReadAsync(blobs, LessonFiles.Name(order.Run, LessonFiles.Held), cancellationToken), isCall).ToList();
            examples.AddRange((await RegressionSet.ReadAsync(catalog.ModelsFolder, lease.Release.Definition, isCall, cancellationToken)).Select(example => GateExample.OfRegression(example, isCall)));
            var report = await new GateMeasurement(inference, time).RunAsync(lease.Release, candidate.Release, examples, input.Settings, cancellationToken);
            return report with { Fingerprint = candidate.Fingerprint };
        }
        catch (ReleaseInvalidException error)
        {
            var nothing = new GateFigures(0, 0, 0, 0, 0, 0, 0, false);
            return new(false, error.Problems, 0, nothing, nothing, 1, new Dictionary<string, RecallPair>());
        }
    }
}
