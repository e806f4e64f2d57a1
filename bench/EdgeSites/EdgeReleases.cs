using Google.Protobuf;
using Understudy.Cli.Releases;
using Understudy.Inference.Releases;
using Understudy.Training.Onnx.Format;

namespace Understudy.Bench.EdgeSites;

/// <summary>The stable release of a task, and two that come after it, made from its own files.</summary>
internal static class EdgeReleases
{
    /// <returns>Their versions, in order, with what is new in each.</returns>
    public static IReadOnlyList<(string Version, string What)> Write(string from, string to, string task)
    {
        using var catalog = new ReleaseCatalog(from);
        var first = catalog.Channel(task, "stable") ?? throw new BadArgumentException($"--task: '{task}' has no stable release.");
        Directory.CreateDirectory(Path.Combine(to, task));
        File.Copy(Path.Combine(from, task, "task.json"), Path.Combine(to, task, "task.json"));
        Copy(Path.Combine(from, task, first), Path.Combine(to, task, first), all: true);
        var manifest = ReleaseFolder.ReadManifest(Path.Combine(to, task, first));

        var recalibrated = manifest with { Version = $"{first}-recalibrated", Tiers = [.. manifest.Tiers.Select(tier => tier with { Threshold = tier.Role == "lead" ? 0 : Math.Min(0.99, tier.Threshold * 1.001) })] };
        Copy(Path.Combine(to, task, first), Path.Combine(to, task, recalibrated.Version));
        ReleaseWriter.Write(Path.Combine(to, task, recalibrated.Version), recalibrated);

        var head = recalibrated with { Version = $"{first}-head" };
        var folder = Path.Combine(to, task, head.Version);
        Copy(Path.Combine(to, task, first), folder);
        ChangeLastLayer(Path.Combine(folder, manifest.Tiers.Last(tier => tier is { Role: "student", Kind: "encoder" }).Model), manifest.Labels.Count);
        ReleaseWriter.Write(folder, head);
        return [(first, "everything"), (recalibrated.Version, "other thresholds"), (head.Version, "another last layer of the small student, whose other layers are shared")];
    }

    private static void Copy(string from, string to, bool all = false)
    {
        Directory.CreateDirectory(to);
        foreach (var file in Directory.EnumerateFiles(from).Where(file => all || Path.GetFileName(file) is not (ReleaseManifest.FileName or "release.sig")))
        {
            File.Copy(file, Path.Combine(to, Path.GetFileName(file)));
        }
    }

    /// <summary>Other weights from the hidden state to the labels, as when only those are trained on.</summary>
    private static void ChangeLastLayer(string path, int labels)
    {
        var model = ModelProto.Parser.ParseFrom(File.ReadAllBytes(path));
        var last = model.Graph.Initializer.Last(tensor => tensor.Dims.Count == 2 && tensor.Dims[1] == labels && tensor.RawData.Length == tensor.Dims[0] * labels * sizeof(float));
        var bytes = last.RawData.ToByteArray();
        var random = new Random(1);
        for (var at = 0; at < bytes.Length; at += sizeof(float))
        {
            BitConverter.TryWriteBytes(bytes.AsSpan(at), BitConverter.ToSingle(bytes, at) + (0.01f * (random.NextSingle() - 0.5f)));
        }

        last.RawData = ByteString.CopyFrom(bytes);
        File.WriteAllBytes(path, model.ToByteArray());
    }
}
