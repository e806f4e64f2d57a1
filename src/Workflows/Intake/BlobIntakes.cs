namespace Understudy.Workflows.Intake;

/// <summary>Every container that is watched, with what is done with its blobs. Thread-safe.</summary>
public sealed class BlobIntakes(IEnumerable<IBlobIntake> intakes)
{
    private readonly Dictionary<string, IBlobIntake> _byContainer = intakes.ToDictionary(intake => intake.Container, StringComparer.Ordinal);

    public IReadOnlyCollection<IBlobIntake> All => _byContainer.Values;

    /// <summary>The one of a container; null when nothing is done with its blobs.</summary>
    public IBlobIntake? Of(string container) => _byContainer.GetValueOrDefault(container);
}
