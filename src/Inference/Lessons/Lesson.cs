using System.Security.Cryptography;
using System.Text;
using Understudy.Inference.Datasets;
using Understudy.Inference.Pipelines;
using Understudy.Inference.Releases;

namespace Understudy.Inference.Lessons;

/// <summary>An answer of the lead as a record that a student can learn from.</summary>
public static class Lesson
{
    /// <summary>Probabilities are kept to so many digits: more is noise, and less to store.</summary>
    private const int Digits = 6;

    /// <summary>The lesson of an item after stage 3, or <see langword="null"/> when the lead did not answer it or the task keeps none.</summary>
    /// <param name="release">Answered.</param>
    /// <param name="item">With its votes.</param>
    /// <param name="source">Where the input came from: <c>request</c>, or the batch's blob and line.</param>
    /// <param name="at">When.</param>
    /// <param name="weight">One over the probability with which the lead was asked; null for what students passed on.</param>
    public static DatasetRecord? Of(Release release, PipelineItem item, string source, DateTimeOffset at, double? weight = null)
    {
        var policy = release.Definition.Lessons;
        if (!policy.Keep || item.Votes.Count == 0 || item.Votes[^1] is not { } vote || vote.Tier != release.Lead.Name)
        {
            return null;
        }

        var labels = release.Manifest.Labels;
        var chances = policy.KeptLogprobs > 0 && (!policy.Redact || Redaction.Spares(vote)) ? vote.Chances : null;
        var text = policy.Redact ? Redaction.Apply(item.Input) : item.Input;
        return new()
        {
            Id = IdOf(release.Manifest.Task, text), // of what is kept: who tries all numbers finds the one that was taken out
            Text = text,
            Rationale = !policy.KeepsRationale ? null : policy.Redact && vote.Rationale is { } why ? Redaction.Apply(why) : vote.Rationale,
            Teacher = new()
            {
                Model = $"{vote.Tier}@{release.Manifest.Version}",
                Label = vote.Completion is null ? labels[vote.Label] : null,
                Probabilities = vote.Completion is null && vote.Probabilities.Length == labels.Count
                    ? labels.Zip(vote.Probabilities).ToDictionary(pair => pair.First, pair => Math.Round(pair.Second, Digits))
                    : null,
                Completion = vote.Completion is null ? null : policy.Redact ? Redaction.Apply(vote.Completion) : vote.Completion,
                Logprobs = chances?.Select(token => token.Logprob).ToList(),
                Tokens = chances?.Select(token => token.Token).ToList(),
                TopLogprobs = chances?.Select(token => token.Top).ToList(),
                At = at,
                Source = source,
                Weight = weight,
            },
        };
    }

    /// <summary>The same text of the same task has the same id, wherever it was answered.</summary>
    private static string IdOf(string task, string text) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{task}\n{text}")).AsSpan(0, 16));
}
