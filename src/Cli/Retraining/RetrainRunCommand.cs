using System.CommandLine;
using Azure.Identity;
using Azure.Messaging.EventGrid;
using Spectre.Console;
using Understudy.Cli.Shell;
using Understudy.Inference.Releases;
using Understudy.Training.Retraining;
using Understudy.Workflows.Blobs;
using Understudy.Workflows.Events;
using Understudy.Workflows.Releases;
using Understudy.Workflows.Retraining;
using Understudy.Workflows.Retraining.Jobs;

namespace Understudy.Cli.Retraining;

/// <summary>
/// <c>understudy retrain run</c>: what the container job does. Carries out the orders that wait in the storage and ends; told to stop, it gives
/// back what is under way.
/// </summary>
internal sealed class RetrainRunCommand : CliCommand
{
    private const string TopicVariable = "UNDERSTUDY_TOPIC";

    private readonly Option<string?> _run = new("--run") { Description = "Only the order of this retraining (default: all that wait).", HelpName = "ID" };
    private readonly Option<string?> _storage = new("--storage") { Description = $"The storage account's blob address, or a connection string (default: {CloudStorage.Variable}).", HelpName = "STORAGE" };

    public RetrainRunCommand(SharedOptions shared)
        : base(shared, "run", "Trains what the workflows of a deployment have ordered, and ends.")
    {
        Options.Add(_run);
        Options.Add(_storage);
    }

    protected override async Task<int> RunAsync(Invocation invocation, CancellationToken cancellationToken)
    {
        var blobs = CloudStorage.Open(invocation.Get(_storage));
        var folder = Directory.CreateTempSubdirectory("understudy-trainer-").FullName;
        try
        {
            using var catalog = new ReleaseCatalog(folder, keys: Invocation.Keys, container: new BlobReleaseContainer(blobs.GetBlobContainerClient(BlobContainers.Releases)));
            var job = new TrainingJob(blobs, catalog, new StudentTraining(), TimeProvider.System);
            var over = await new OrderedTraining(blobs, job, Topic(), TimeProvider.System).RunAsync(invocation.Get(_run), invocation.Screen.Note, cancellationToken);
            invocation.Screen.Result(new { trained = over }, console => console.WriteLine(over.Count == 0 ? "No training waits." : $"Over: {string.Join(", ", over)}."));
            return CommandLine.Done;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static EventTopic Topic()
    {
        var publisher = Environment.GetEnvironmentVariable(TopicVariable) is { Length: > 0 } endpoint ? new EventGridPublisherClient(new Uri(endpoint), new DefaultAzureCredential()) : null;
        return _ => new(publisher);
    }
}
