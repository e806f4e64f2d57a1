using System.Numerics.Tensors;
using Understudy.Inference.Datasets;
using Understudy.Inference.Releases;

namespace Understudy.Workflows.Retraining;

/// <summary>Asks the lead again about a few lessons: labels that it never gave do not become a student's.</summary>
internal static class LeadCheck
{
    private const int Sample = 128;

    /// <summary>The share in which the lead says the same; null for a lead behind an endpoint, which is not asked for this.</summary>
    /// <param name="lessons">Each is as likely to be asked about: they come in the order of a hash.</param>
    public static double? Agreement(Release release, IReadOnlyList<DatasetRecord> lessons)
    {
        if (release.Definition.Lead is { IsRemote: true } || lessons.Count == 0)
        {
            return null;
        }

        var asked = lessons.Take(Sample).ToList();
        var logits = new float[asked.Count * release.Manifest.Labels.Count];
        release.Lead.Classifier.Score([.. asked.Select(lesson => release.Readable(lesson.Text!))], logits);
        var same = asked.Where((lesson, i) =>
            release.Manifest.Labels[TensorPrimitives.IndexOfMax<float>(logits.AsSpan(i * release.Manifest.Labels.Count, release.Manifest.Labels.Count))] == lesson.Teacher!.Label);
        return (double)same.Count() / asked.Count;
    }
}
