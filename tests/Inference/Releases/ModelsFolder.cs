using System.Text.Json;
using System.Text.Json.Nodes;
using Understudy.Inference.Releases;
using Understudy.Inference.Signing;
using Understudy.Inference.Tests.Classification;
using Understudy.Inference.Tokenization;

namespace Understudy.Inference.Tests.Releases;

/// <summary>A models folder in a temporary place, with releases whose models know five words: ham, spam, maybe, hmm and nothing.</summary>
internal sealed class ModelsFolder : IDisposable
{
    public const string Task = "triage";

    public ModelsFolder(string input = "text")
    {
        Directory.CreateDirectory(Path.Combine(Root, Task));
        File.WriteAllText(Path.Combine(Root, Task, "task.json"),
            $$"""{"name":"{{Task}}","kind":"classification","labels":["ham","spam"],"input":"{{input}}"}""");
    }

    public string Root { get; } = Directory.CreateTempSubdirectory("understudy").FullName;

    public string Folder(string version) => Path.Combine(Root, Task, version);

    public string ManifestPath(string version) => Path.Combine(Folder(version), ReleaseManifest.FileName);

    public string Address(string version) => ReleaseSignature.AddressOf(File.ReadAllBytes(ManifestPath(version)));

    public string SignaturePath(string version) => Path.Combine(Folder(version), ReleaseSignature.FileName);

    /// <summary>A student that is sure of "ham" and "spam", a second that also knows "maybe" (as spam), and a lead that also knows "hmm" (as spam).</summary>
    public string WriteRelease(string version, string input = "text")
    {
        var folder = Folder(version);
        Directory.CreateDirectory(folder);
        Tokenizer().Save(Path.Combine(folder, "tokenizer.json"));
        WriteModel(folder, "small.onnx", maybe: 0.1f, hmm: 0.1f);
        WriteModel(folder, "medium.onnx", maybe: 5, hmm: 0.1f);
        WriteModel(folder, "lead.onnx", maybe: 5, hmm: 5);
        ReleaseWriter.Write(folder, Manifest(version, input));
        return folder;
    }

    public static ReleaseManifest Manifest(string version, string input = "text") => new()
    {
        Task = Task,
        Version = version,
        CreatedAt = new(2026, 1, version.Length, 0, 0, 0, TimeSpan.Zero),
        Kind = "classification",
        Labels = ["ham", "spam"],
        Input = input,
        Guarantee = new(0.01, 0.05),
        Thresholds = new() { Certified = true, Examples = 1000, StudentShare = 0.8 },
        Tiers = [Tier("small", 0.9, 0.1), Tier("medium", 0.95, 1), Tier("lead", 0, 10)],
    };

    /// <summary>Writes the release anew: as it is, but with the files as they are now.</summary>
    public void WriteAgain(string version)
    {
        File.Delete(ManifestPath(version));
        ReleaseWriter.Write(Folder(version), Manifest(version));
    }

    /// <summary>Changes the written manifest's JSON, and signs what comes of it.</summary>
    public void Edit(string version, Action<JsonObject> edit)
    {
        var json = JsonNode.Parse(File.ReadAllText(ManifestPath(version)))!.AsObject();
        edit(json);
        WriteSigned(version, json.ToJsonString(new JsonSerializerOptions { WriteIndented = true }));
    }

    /// <summary>Puts a text in the manifest's place, whatever it is, and signs it.</summary>
    public void WriteSigned(string version, string manifest)
    {
        File.WriteAllText(ManifestPath(version), manifest);
        File.WriteAllBytes(SignaturePath(version), ReleaseSignature.Sign(File.ReadAllBytes(ManifestPath(version)), ReleaseKeys.OfThisMachine().Signer));
    }

    public void Dispose() => Directory.Delete(Root, recursive: true);

    private static TierManifest Tier(string name, double threshold, double milliseconds) => new()
    {
        Name = name,
        Role = name == "lead" ? "lead" : "student",
        Kind = "encoder",
        Model = $"{name}.onnx",
        Tokenizer = "tokenizer.json",
        MaxTokens = 64,
        Threshold = threshold,
        MillisecondsPerItem = milliseconds,
    };

    private static SentencePieceEncoder Tokenizer() =>
        new([("<unk>", 0), ("\u2581ham", -1), ("\u2581spam", -1), ("\u2581maybe", -1), ("\u2581hmm", -1)], reserved: 1);

    private static void WriteModel(string folder, string file, float maybe, float hmm) => File.WriteAllBytes(
        Path.Combine(folder, file), TinyEncoder.Write(new float[,] { { 0, 0 }, { 5, -5 }, { -5, 5 }, { -maybe, maybe }, { -hmm, hmm } }));
}
