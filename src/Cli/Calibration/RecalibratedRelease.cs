using System.Security.Cryptography;
using System.Text.Json;
using Understudy.Cli.Shell;
using Understudy.Inference.Releases;
using Understudy.Inference.Signing;
using Understudy.Inference.Tasks;

namespace Understudy.Cli.Calibration;

/// <summary>The same models under a new version with other thresholds.</summary>
internal static class RecalibratedRelease
{
    /// <param name="folder">The release whose models are taken.</param>
    /// <param name="manifest">Its manifest, with what else is to be new.</param>
    /// <param name="version">The new one.</param>
    /// <param name="guarantee">What the thresholds promise.</param>
    /// <param name="thresholds">One for each student, in order.</param>
    /// <param name="report">How they were found.</param>
    /// <param name="milliseconds">One for each tier.</param>
    /// <param name="recipe">The command that made it.</param>
    /// <param name="signer">Vouches for it; null for this machine's.</param>
    /// <param name="calibration">What every tier says of the examples, where that is not what the release keeps; null to keep that.</param>
    /// <exception cref="CommandFailedException">There is such a version.</exception>
    public static void Write(string folder, ReleaseManifest manifest, string version, Guarantee guarantee, double[] thresholds, ThresholdReport report, double[] milliseconds,
        string recipe, IReleaseSigner? signer = null, IEnumerable<CalibrationRecord>? calibration = null)
    {
        if (string.IsNullOrWhiteSpace(version) || version.Contains('/') || version.Contains('\\') || version.StartsWith('.'))
        {
            throw new BadUsageException($"--write '{version}' is no version: use letters, digits, dots and hyphens.");
        }

        var target = Path.Combine(Path.GetDirectoryName(folder)!, version);
        if (Directory.Exists(target))
        {
            throw new CommandFailedException($"There is a folder '{target}' already. Choose another version.");
        }

        try
        {
            foreach (var file in manifest.Files)
            {
                var path = Path.Combine(target, file.Name);
                Directory.CreateDirectory(Path.GetDirectoryName(path)!);
                File.Copy(Path.Combine(folder, file.Name), path);
            }

            var kept = Path.Combine(target, TierOutputs.FileName);
            if (calibration is not null)
            {
                File.WriteAllLines(kept, calibration.Select(record => JsonSerializer.Serialize(record, CliJson.Line)));
            }

            ReleaseWriter.Write(target, manifest with
            {
                CalibrationSha256 = calibration is null ? manifest.CalibrationSha256 : Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(kept))),
                Version = version,
                CreatedAt = TimeProvider.System.GetUtcNow(),
                Recipe = recipe,
                Guarantee = guarantee,
                Thresholds = report,
                Tiers = [.. manifest.Tiers.Select((tier, i) => tier with { Threshold = i < thresholds.Length ? thresholds[i] : tier.Threshold, MillisecondsPerItem = milliseconds[i] })],
            }, signer);
        }
        catch
        {
            if (Directory.Exists(target))
            {
                Directory.Delete(target, recursive: true);
            }

            throw;
        }
    }
}
