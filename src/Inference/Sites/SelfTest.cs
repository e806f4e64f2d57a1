using System.Numerics.Tensors;
using System.Text.Json;
using Understudy.Inference.Releases;

namespace Understudy.Inference.Sites;

/// <summary>Asks the students of a loaded release, or its lead where it has none, about a package's samples, and compares.</summary>
public static class SelfTest
{
    /// <param name="release">As it would serve.</param>
    /// <param name="samplesPath">The package's <see cref="EdgePackage.SamplesFile"/>.</param>
    /// <exception cref="PackageInvalidException">A student fails, or the samples cannot be read.</exception>
    public static async Task<SelfTestResult> RunAsync(Release release, string samplesPath, CancellationToken cancellationToken)
    {
        var samples = Read(samplesPath);
        IReadOnlyList<PackageSample> votes;
        try
        {
            votes = await StudentVotes.OfAsync(release, [.. samples.Select(sample => sample.Text)], cancellationToken).ConfigureAwait(false);
        }
        catch (Exception error) when (error is not OperationCanceledException)
        {
            throw new PackageInvalidException($"a student failed on the samples: {error.Message}", error);
        }

        int compared = 0, agreed = 0;
        var largest = 0f;
        foreach (var (sample, vote) in samples.Zip(votes))
        {
            foreach (var (student, expected) in sample.Students)
            {
                if (!vote.Students.TryGetValue(student, out var probabilities) || probabilities.Length != expected.Length)
                {
                    throw new PackageInvalidException($"the samples speak of a student '{student}' with {expected.Length} labels, which the release has not");
                }

                compared++;
                agreed += TensorPrimitives.IndexOfMax<float>(probabilities) == TensorPrimitives.IndexOfMax<float>(expected) ? 1 : 0;
                largest = Math.Max(largest, expected.Zip(probabilities, (a, b) => Math.Abs(a - b)).Max());
            }

            foreach (var (student, expected) in sample.Written ?? new Dictionary<string, string>())
            {
                if (vote.Written is null || !vote.Written.TryGetValue(student, out var text))
                {
                    throw new PackageInvalidException($"the samples speak of a student '{student}' that writes, which the release has not");
                }

                compared++;
                agreed += text == expected ? 1 : 0;
            }
        }

        return compared > 0
            ? new(samples.Count, (double)agreed / compared, largest)
            : throw new PackageInvalidException("it has no samples to test it with");
    }

    private static List<PackageSample> Read(string path)
    {
        try
        {
            return [.. File.ReadLines(path).Where(line => line.Length > 0).Select(line => JsonSerializer.Deserialize<PackageSample>(line, SiteJson.Options)!)];
        }
        catch (Exception error) when (error is JsonException or IOException)
        {
            throw new PackageInvalidException($"the samples cannot be read: {error.Message}", error);
        }
    }
}
