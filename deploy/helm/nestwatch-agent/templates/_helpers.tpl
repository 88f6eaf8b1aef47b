{{- define "nestwatch-agent.name" -}}
{{- .Release.Name | trunc 50 | trimSuffix "-" -}}
{{- end -}}

{{- define "nestwatch-agent.selector" -}}
app.kubernetes.io/name: nestwatch-agent
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end -}}

{{- define "nestwatch-agent.labels" -}}
{{ include "nestwatch-agent.selector" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | quote }}
{{- end -}}

{{- define "nestwatch-agent.secret" -}}
{{- .Values.invitation.existingSecret | default (printf "%s-invitation" (include "nestwatch-agent.name" .)) -}}
{{- end -}}
