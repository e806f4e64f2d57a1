using Understudy.Inference.Cascades;
using Understudy.Inference.Ensembles;
using Understudy.Inference.FunctionCalls;
using Understudy.Inference.Leads.Prompts;
using Understudy.Inference.Mail;
using Understudy.Inference.Pipelines;
using Understudy.Inference.Signing;
using Understudy.Inference.Tasks;

namespace Understudy.Inference.Releases;

/// <summary>A release, loaded: its models are in memory and ready. Immutable and thread-safe; dispose it when the last request has left.</summary>
public sealed class Release : IDisposable
{
    private readonly Lazy<SolvedExamples> _examples;
    private int _disposed;

    internal Release(ReleaseManifest manifest, IReadOnlyList<Tier> students, Tier lead, TaskDefinition? definition = null, string? examples = null)
    {
        Manifest = manifest;
        Definition = definition ?? new() { Name = manifest.Task, Kind = manifest.Kind, Labels = manifest.Labels, Input = manifest.Input, Guarantee = manifest.Guarantee };
        Students = students;
        Lead = lead;
        Ensemble = Ensemble.Of(manifest);
        Compression = InputCompression.Of(manifest, Definition);
        _examples = new(() => new(examples is null ? new([]) : DemonstrationPool.Load(examples, manifest.Labels, Readable)));
    }

    public ReleaseManifest Manifest { get; }

    /// <summary>The SHA-256 of its manifest, which names every file by its hash: two releases of one address are the same.</summary>
    public string Address { get; internal init; } = "";

    /// <summary>The task as its <c>task.json</c> had it when the release was loaded; from the manifest where there was none.</summary>
    public TaskDefinition Definition { get; }

    /// <summary>That <c>task.json</c> as it was read; null where there was none.</summary>
    internal byte[]? DefinitionFile { get; init; }

    /// <summary>Its SHA-256, which tells one <c>task.json</c> from another; null where there was none.</summary>
    public string? DefinitionHash => DefinitionFile is { } file ? ReleaseSignature.AddressOf(file) : null;

    /// <summary>Cheapest first; may be empty.</summary>
    public IReadOnlyList<Tier> Students { get; }

    public Tier Lead { get; }

    /// <summary>What has the last word over the tiers that were asked; <see langword="null"/> where that is the last of them.</summary>
    public Ensemble? Ensemble { get; }

    /// <summary>How inputs are shortened before the models read them.</summary>
    public InputCompression Compression { get; }

    /// <summary>How a task whose answers are calls asks; null for other tasks.</summary>
    public FunctionCallTask? Calls { get; internal init; }

    /// <summary>Solved examples for a lead's prompts; read when first asked for.</summary>
    internal SolvedExamples Examples => _examples.Value;

    /// <summary>An input as the models read it: a mail rendered to text, and shortened where the release or its task says so. What stage 1 gives, without the account of it.</summary>
    public string Readable(string input) => Compression.Apply(Manifest.Input == "mail" ? MailText.Render(input) : input).Text;

    /// <summary>Why an input is too long for the lead, where that writes and is a model of the release; null for one that fits, and for any other lead.</summary>
    public string? TooLong(string input) => Definition.Lead is { IsRemote: true } ? null : (Lead.Model as CallWriter)?.TooLong(Readable(input));

    internal bool IsDisposed => Volatile.Read(ref _disposed) != 0;

    /// <summary>Checks the folder whole and loads it: either everything is in memory or nothing is.</summary>
    /// <param name="folder">Its own.</param>
    /// <param name="trust">Whose signature counts; by default as <see cref="ReleaseKeys.OfThisMachine"/> says.</param>
    /// <exception cref="ReleaseInvalidException">With every problem that was found.</exception>
    public static Release Load(string folder, ReleaseTrust? trust = null) =>
        Load(folder, TimeProvider.System, trust ?? ReleaseKeys.OfThisMachine().Trust);

    /// <summary>The same without asking who signed: to measure what has yet to earn a signature. What this returns never serves.</summary>
    /// <param name="folder">Its own.</param>
    /// <param name="withLead">False for the students alone: the lead is away.</param>
    /// <exception cref="ReleaseInvalidException">With every problem that was found.</exception>
    public static Release LoadUnsigned(string folder, bool withLead = true)
    {
        var reader = new ReleaseReader(Path.GetFullPath(folder), TimeProvider.System, trust: null, withLead);
        return reader.Read() ?? throw new ReleaseInvalidException(folder, reader.Problems);
    }

    /// <summary>The same where the lead's files stayed elsewhere: the students serve, and the lead is away.</summary>
    /// <param name="folder">Its own.</param>
    /// <param name="trust">Whose signature counts.</param>
    /// <exception cref="ReleaseInvalidException">With every problem that was found.</exception>
    public static Release LoadStudents(string folder, ReleaseTrust trust)
    {
        var reader = new ReleaseReader(Path.GetFullPath(folder), TimeProvider.System, trust, withLead: false);
        return reader.Read() ?? throw new ReleaseInvalidException(folder, reader.Problems);
    }

    internal static Release Load(string folder, TimeProvider time, ReleaseTrust trust)
    {
        var reader = new ReleaseReader(Path.GetFullPath(folder), time, trust);
        return reader.Read() ?? throw new ReleaseInvalidException(folder, reader.Problems);
    }

    public void Dispose()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
        {
            return;
        }

        foreach (var tier in Students.Append(Lead))
        {
            tier.Model.Dispose();
        }
    }
}
