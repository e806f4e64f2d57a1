using System.Globalization;
using System.Numerics.Tensors;
using Understudy.Inference.Datasets;
using Understudy.Inference.Decoding;
using Understudy.Inference.FunctionCalls;
using Understudy.Inference.Leads;
using Understudy.Inference.Pipelines;
using Understudy.Inference.Releases;
using Understudy.Workflows.Blobs;

namespace Understudy.Workflows.Retraining;

/// <summary>What the lead said when it was asked again about a few lessons: labels that it never gave do not become a student's.</summary>
/// <param name="Agreement">The share in which it said the same.</param>
/// <param name="Turned">A label that the lead gives and most lessons have another for; null for none.</param>
/// <param name="TurnedAgreement">The share of that label's lessons that have it.</param>
internal sealed record LeadCheck(double Agreement, string? Turned, double TurnedAgreement)
{
    private const int Sample = 256;

    /// <summary>From so many lessons on a label is judged by itself; one label turned is few lessons in all.</summary>
    private const int LeastOfLabel = 8;

    private const double LeastTurned = 0.5;

    /// <param name="lessons">The first of them are asked about: in an order that nobody could foresee who wrote them.</param>
    /// <param name="remoteSample">How many a lead behind an endpoint is asked about.</param>
    /// <param name="needsOne">Whether one behind an endpoint that answers none of few counts as away; else they may be such as no lead answers.</param>
    /// <returns>Null where it is asked about none, or answers none.</returns>
    /// <exception cref="LeadAwayException">It is away.</exception>
    public static async Task<LeadCheck?> AskAsync(
        JointInference inference, Release release, IReadOnlyList<DatasetRecord> lessons, int remoteSample, bool needsOne, CancellationToken cancellationToken)
    {
        var isRemote = release.Definition.Lead is { IsRemote: true };
        DatasetRecord[] asked = [.. lessons.Take(isRemote ? remoteSample : Sample)];
        return asked.Length == 0 ? null
            : isRemote ? await AskRemoteAsync(inference, release, asked, needsOne, cancellationToken)
            : release.Lead.Model is ITextWriter writer ? OfCalls(asked, await AskWriterAsync(release, writer, asked, cancellationToken))
            : Of(asked, Ask(release, asked));
    }

    /// <summary>Why these lessons are not learned from; null when they are.</summary>
    /// <param name="task">Whose they are.</param>
    /// <param name="least">The least agreement.</param>
    public string? Problem(string task, double least)
    {
        var said = Agreement < least
            ? string.Create(CultureInfo.InvariantCulture, $"Asked again, the lead says the same to {Agreement:P1} of a sample of the lessons, and {least:P1} is the least (Retraining:LeadAgreement).")
            : Turned is not null
                ? string.Create(CultureInfo.InvariantCulture, $"Asked again, the lead says '{Turned}' to lessons of which {TurnedAgreement:P1} have that label, and {LeastTurned:P0} is the least for any label.")
                : null;
        return said is null ? null : $"{said} Look at what was put into '{BlobContainers.TeacherOutputs}/{task}', and delete what the lead did not say.";
    }

    internal static LeadCheck Of(IReadOnlyList<DatasetRecord> lessons, IReadOnlyList<string> said) =>
        Of([.. lessons.Zip(said, (lesson, label) => (Said: label, Same: lesson.Teacher!.Label == label))]);

    /// <summary>By what the lead wrote: the same is the same call, and it is judged by intent.</summary>
    internal static LeadCheck OfCalls(IReadOnlyList<DatasetRecord> lessons, IReadOnlyList<string> said) => Of(
    [
        .. lessons.Zip(said, (lesson, text) => FunctionCall.TryParse(text, out var call) ? (Said: call!.Intent, Same: call.Equals(CallLessonCheck.CallOf(lesson))) : (Said: "", Same: false)),
    ]);

    private static LeadCheck Of(List<(string Said, bool Same)> pairs)
    {
        var worst = pairs.GroupBy(pair => pair.Said).Where(group => group.Count() >= LeastOfLabel)
            .Select(group => (Label: group.Key, Share: group.Average(pair => pair.Same ? 1.0 : 0)))
            .OrderBy(label => label.Share).ThenBy(label => label.Label, StringComparer.Ordinal).FirstOrDefault((Label: "", Share: 1));
        return new(pairs.Average(pair => pair.Same ? 1.0 : 0), worst.Share < LeastTurned ? worst.Label : null, worst.Share);
    }

    private static string[] Ask(Release release, DatasetRecord[] lessons)
    {
        var labels = release.Manifest.Labels;
        var logits = new float[lessons.Length * labels.Count];
        release.Lead.Classifier.Score([.. lessons.Select(lesson => release.Readable(lesson.Text!))], logits);
        return [.. logits.Chunk(labels.Count).Select(row => labels[TensorPrimitives.IndexOfMax<float>(row)])];
    }

    private static async Task<string[]> AskWriterAsync(Release release, ITextWriter writer, DatasetRecord[] lessons, CancellationToken cancellationToken) =>
        [.. (await Task.WhenAll(lessons.Select(lesson => writer.WriteAsync(release.Readable(lesson.Text!), null, null, cancellationToken)))).Select(written => written.Text)];

    private static async Task<LeadCheck?> AskRemoteAsync(JointInference inference, Release release, DatasetRecord[] lessons, bool needsOne, CancellationToken cancellationToken)
    {
        var items = inference.Compress(release, [.. lessons.Select((lesson, i) => new PipelineItem { Id = lesson.Id ?? $"lesson-{i}", Input = lesson.Text! })]);
        var judged = await inference.VerifyAsync(release, [.. items.Select(item => item with { Deferred = true })], cancellationToken, leadOnly: true);
        var answered = lessons.Zip(judged).Where(pair => !JointInference.AwaitsLead(pair.Second)).ToList();
        OpenInputs.ThrowIfMany(release, lessons.Length - answered.Count, lessons.Length, needsOne);
        return answered.Count == 0 ? null
            : release.Calls is null ? Of(answered.ConvertAll(pair => pair.First), answered.ConvertAll(pair => release.Manifest.Labels[pair.Second.Votes[^1].Label]))
            : OfCalls(answered.ConvertAll(pair => pair.First), answered.ConvertAll(pair => pair.Second.Votes[^1].Completion!));
    }
}
