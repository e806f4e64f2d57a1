using System.Text.Json;
using Understudy.Inference.Datasets;
using Understudy.Training.Corpora;

namespace Understudy.Cli.Demo;

/// <summary>The demo's own copy of the task: what is retrained there stays there. With it goes a regression set: mails that no student learned from.</summary>
internal static class DemoModels
{
    public static string Copy(string modelsFolder, string demoFolder, CancellationToken cancellationToken)
    {
        var models = Path.Combine(demoFolder, "models");
        var source = Path.Combine(modelsFolder, DemoPlan.Task);
        foreach (var file in Directory.EnumerateFiles(source, "*", SearchOption.AllDirectories))
        {
            var target = Path.Combine(models, DemoPlan.Task, Path.GetRelativePath(source, file));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(file, target, overwrite: true);
        }

        var held = SpamAssassinCorpus.Load(NpmPackages.Find(SpamAssassinCorpus.Package), cancellationToken).Calibration;
        File.WriteAllLines(
            Path.Combine(models, DemoPlan.Task, "regression.jsonl"),
            held.Select(mail => JsonSerializer.Serialize(new DatasetRecord { Id = mail.Id, Text = mail.Text, Label = mail.Label }, JsonSerializerOptions.Web)));
        return models;
    }
}
