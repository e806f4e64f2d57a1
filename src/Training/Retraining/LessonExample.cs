using System.Text.Json;
using Understudy.Inference.Datasets;
using Understudy.Inference.Mail;
using Understudy.Inference.Releases;

namespace Understudy.Training.Retraining;

/// <summary>A lesson as a student reads it.</summary>
/// <param name="Id">The lesson's.</param>
/// <param name="Views">The text as it is served first, then other ways in which the same input may arrive.</param>
/// <param name="Label">The lead's label, as an index.</param>
/// <param name="Probabilities">The lead's, [labels]; 1 at its label where that alone is known.</param>
internal sealed record LessonExample(string Id, IReadOnlyList<string> Views, int Label, float[] Probabilities)
{
    /// <summary>What to learn: the probabilities, mixed with the label. [labels]</summary>
    public float[] Target(double share)
    {
        var target = (float[])Probabilities.Clone();
        for (var i = 0; i < target.Length; i++)
        {
            target[i] = (float)(share * target[i]) + (i == Label ? (float)(1 - share) : 0);
        }

        return target;
    }

    /// <summary>Reads lessons that were checked before; every line has a label of the release.</summary>
    public static List<LessonExample> Read(string path, Release release)
    {
        var labels = release.Manifest.Labels.ToList();
        var lessons = new List<LessonExample>();
        foreach (var line in File.ReadLines(path))
        {
            var record = JsonSerializer.Deserialize<DatasetRecord>(line, JsonSerializerOptions.Web)!;
            var label = labels.IndexOf(record.Teacher!.Label!);
            var probabilities = new float[labels.Count];
            if (record.Teacher.Probabilities is { } given)
            {
                for (var i = 0; i < probabilities.Length; i++)
                {
                    probabilities[i] = (float)given.GetValueOrDefault(labels[i]);
                }
            }
            else
            {
                probabilities[label] = 1;
            }

            lessons.Add(new(record.Id ?? "", ViewsOf(record.Text!, release), label, probabilities));
        }

        return lessons;
    }

    private static IReadOnlyList<string> ViewsOf(string text, Release release)
    {
        var served = release.Readable(text);
        if (release.Manifest.Input != "mail")
        {
            return [served];
        }

        var plain = release.Compression.Apply(MailText.RenderPlain(text)).Text;
        return served == plain ? [served] : [served, plain];
    }
}
