using System.Net.Http.Json;
using System.Text.Json;
using Understudy.Cli.Shell;
using Understudy.Inference.Pipelines;

namespace Understudy.Cli.Demo;

/// <summary>Sends mails one by one, as an interactive caller would.</summary>
internal static class SingleMails
{
    public static async Task<IReadOnlyList<MailAnswer>> SendAsync(
        HttpClient http, IReadOnlyList<TestMail> mails, Action<int> done, CancellationToken cancellationToken)
    {
        var answers = new List<MailAnswer>(mails.Count);
        foreach (var mail in mails)
        {
            using var response = await http.PostAsJsonAsync(
                $"/api/tasks/{DemoPlan.Task}/infer", new { input = mail.Text }, cancellationToken);
            if (!response.IsSuccessStatusCode)
            {
                throw new CommandFailedException(
                    $"The host answered {mail.Id} with {(int)response.StatusCode}: {await response.Content.ReadAsStringAsync(cancellationToken)}");
            }

            var answer = await response.Content.ReadFromJsonAsync<Answer>(JsonSerializerOptions.Web, cancellationToken);
            answers.Add(new(mail.Id, answer!.Label!, answer.Receipt));
            done(answers.Count);
        }

        return answers;
    }
}
